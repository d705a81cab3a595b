import { expect, test } from 'vitest';

import { harmless } from './harmless';

test('markup becomes text, and neither style sheets nor shapes load anything', () => {
  expect(harmless('A["<img src=x onerror=1>"] --> B["</p><script>"]')).toBe('A["#lt;img src=x onerror=1>"] --> B["#lt;/p>#lt;script>"]');
  expect(harmless('<<img src=x>> <!-- -->')).toBe('<#lt;img src=x>> #lt;!-- -->');
  expect(harmless('style A fill:URL(https://example.org)')).toBe('style A fill:URL (https://example.org)');
  expect(harmless('style A fill:-webkit-image-set("//example.org" 1x)')).toBe('style A fill:-webkit-image-set ("//example.org" 1x)');
  expect(() => harmless('A@{ shape: x, img: "https://example.org/a.png" }')).toThrow('images are not loaded');
});

test('an actor has no menu, and what is said of links and details stays', () => {
  const menus = 'link A: Go @ https://example.org\n  links A: {"x": "y"}\nproperties A: {}\nA->>B: hi; details A: x\n';
  expect(harmless(`sequenceDiagram\n${menus}B->>A: links: see the details`)).toBe('sequenceDiagram\n\n\nA->>B: hi;\nB->>A: links: see the details');
  expect(harmless('sequenceDiagram link A: Go @ x\nA->>A: y')).toBe('sequenceDiagram\nA->>A: y');
});

test.each(['A["one<br>two<br/>three"]', 'class A {\n<<interface>>\n}', 'A <|-- B', 'A <--> B', 'A["a < b"]', 'A->>B: 1<2', 'flowchart LR\n  links --> details'])(
  '%j stays as it is',
  (source) => {
    expect(harmless(source)).toBe(source);
  },
);
