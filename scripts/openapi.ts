// Writes packages/runtime/openapi.json from the routes, and the client's types from it. From the root:
// npx node --conditions=@caudal/source scripts/openapi.ts
import { writeFileSync } from 'node:fs';
import { openApiText } from '../packages/runtime/src/api/openapi-text.ts';

writeFileSync(new URL('../packages/runtime/openapi.json', import.meta.url), openApiText());
