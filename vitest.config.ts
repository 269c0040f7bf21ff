import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@caudal/source', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    isolate: false,
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/{packages,outside}.test.ts', '**/test/browser/**'],
    setupFiles: ['test/properties.setup.ts'],
    // A machine with other work to do takes ten times as long, and nothing is judged by how long it took.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
