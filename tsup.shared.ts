import { defineConfig, type Options } from 'tsup';

/** The one build of every published package: ESM, types, source maps. A package names only its entries. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }, extra: Options = {}) =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: { compilerOptions: { customConditions: [], composite: false, incremental: false } },
    sourcemap: true,
    clean: true,
    splitting: true,
    ...extra,
  });
