import { defaultClientConditions, defineConfig } from 'vite';

/** Relative addresses, so that the page works below any base path. */
export default defineConfig({
  root: 'app',
  base: './',
  // The workspace's packages from their sources: the client is bundled, built or not.
  resolve: { conditions: ['@caudal/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
