import { expect, test } from 'vitest';

import { harmless } from './harmless';

test('markup becomes text, and neither style sheets nor shapes load anything', () => {
  expect(harmless('A["<img src=x onerror=1>"] --> B["</p><script>"]')).toBe('A["#lt;img src=x onerror=1>"] --> B["#lt;/p>#lt;script>"]');
  expect(harmless('<<img src=x>> <!-- -->')).toBe('<#lt;img src=x>> #lt;!-- -->');
  expect(harmless('style A fill:URL(https://example.org)')).toBe('style A fill:url (https://example.org)');
  expect(() => harmless('A@{ shape: x, img: "https://example.org/a.png" }')).toThrow('images are not loaded');
});

test.each(['A["one<br>two<br/>three"]', 'class A {\n<<interface>>\n}', 'A <|-- B', 'A <--> B', 'A["a < b"]', 'A->>B: 1<2'])(
  '%j stays as it is',
  (source) => {
    expect(harmless(source)).toBe(source);
  },
);
