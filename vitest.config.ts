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
    testTimeout: 30_000,
  },
});
