// What people say to each other in measurements and on screenshots.

const ROUTE = '```mermaid\nflowchart LR\n  S[Station] --> B[Old mill]\n  B --> L((Lake))\n  L --> H[Hut]\n```';
const NAISMITH = '```rust\nfn minutes(km: f64, up: f64) -> f64 {\n    km * 12.0 + up / 10.0 // at an easy pace\n}\n```';

/** `[name, text, minutes before now, how many pictures]` */
export const TALK = [
  ['Ada', 'Last year’s lake, for those who were not there:', 1205, 3],
  ['Lin', '太美了！**这周末**我也要去。', 1196],
  ['Me', 'Then let’s! I made a plan:\n\n- [x] map\n- [x] train at 8:10\n- [ ] snacks', 1190],
  ['Lin', '| What | Who |\n|---|---|\n| Tea | 小林 |\n| Bread | Ada |', 62],
  ['Ada', 'How steep is it? 620 m up on 4.3 km.', 58],
  ['Me', 'Not too bad: $\\alpha = \\arctan\\frac{620}{4300} \\approx 8.2^\\circ$', 56],
  ['Ada', `Naismith says:\n\n${NAISMITH}`, 51],
  ['Me', 'So `114` minutes. See you at the station!', 49],
  ['Lin', `This way round:\n\n${ROUTE}`, 12],
  ['Ada', 'Perfect 🎉', 9],
];
/** So many were read when the reader left. */
export const READ = 8;
