import { readFileSync } from 'node:fs';
import { library } from '../../tsup.shared.ts';

const licence = readFileSync(new URL('node_modules/typebox/license', import.meta.url), 'utf8').trim();

/** TypeBox is 709 files: built in, core is imported ten times faster. It stays a dependency for its types. */
export default library(undefined, {
  noExternal: [/^typebox/],
  banner: { js: `/*! Contains TypeBox (https://github.com/sinclairzx81/typebox):\n${licence}\n*/` },
});
