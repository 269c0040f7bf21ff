import { defineConfig } from 'vitest/config';

/** The checks of what is published: they need a build and take longer, so they run apart from the tests of the sources. */
export default defineConfig({
  test: {
    include: ['test/{packages,outside}.test.ts'],
    globalSetup: 'test/packages.setup.ts',
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxConcurrency: 2,
  },
});
