/**
 * Prints the tables of docs/scale.md from the parameters in scale/model.ts; with `--write` puts them into the page.
 *
 *   npm run scale:model -- [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { modelText, withModel } from './scale/model.ts';

const page = new URL('../../../docs/scale.md', import.meta.url);
if (process.argv.includes('--write')) writeFileSync(page, withModel(readFileSync(page, 'utf8')));
else console.log(modelText());
