import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defaultAllowedOrigins } from 'vite';
import { defineConfig } from 'vitest/config';

/** KaTeX offers each font in three formats; every browser that runs this page reads WOFF2. */
function onlyWoff2(): Plugin {
  return {
    name: 'only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex(\.min)?\.css/.test(id)) return null;
      return code.replace(/,\s*url\([^)]*\)\s*format\((['"])(?:woff|truetype)\1\)/g, '');
    },
  };
}

export default defineConfig({
  plugins: [onlyWoff2(), react(), tailwindcss()],
  resolve: {
    // HeroUI's class lists never conflict, so the merging of Tailwind classes is not needed.
    alias: [{ find: /^tailwind-variants$/, replacement: 'tailwind-variants/lite' }],
  },
  build: {
    target: 'es2023',
    // The content security policy allows no data: fonts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'frames/diagram.html'] },
  },
  server: {
    port: 3011,
    strictPort: true,
    // The sandboxed frame has no origin of its own.
    cors: { origin: [defaultAllowedOrigins, 'null'] },
    proxy: { '/api': 'http://127.0.0.1:3000', '/config.json': 'http://127.0.0.1:3000' },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    // Properties are tried many times over; a busy machine takes its time.
    testTimeout: 30_000,
  },
});
