// Writes packages/runtime/openapi.json from the routes, and the sources of packages/client from it. From the root:
// npx node --conditions=@caudal/source scripts/openapi.ts
import { writeFileSync } from 'node:fs';
import { openApiText } from '../packages/runtime/src/api/openapi-text.ts';
import { clientSource } from './client-source.ts';

const text = openApiText();
writeFileSync(new URL('../packages/runtime/openapi.json', import.meta.url), text);
for (const [name, source] of Object.entries(clientSource(text)))
  writeFileSync(new URL(`../packages/client/src/generated/${name}`, import.meta.url), source);
