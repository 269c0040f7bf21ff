import { defineConfig } from 'vitest/config';

const conditions = ['@caudal/source', 'module', 'node', 'default'];

/** The page in a browser: it needs the built dashboard and Debian's Chromium. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/browser/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
