import 'fake-indexeddb/auto';

/** jsdom has no media queries: a light system. */
globalThis.matchMedia ??= (media) => Object.assign(new EventTarget(), { matches: false, media, onchange: null, addListener() {}, removeListener() {} });
