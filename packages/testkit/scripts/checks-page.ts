import { writeFile } from 'node:fs/promises';
import { checksPage } from './checks-markdown.ts';

/**
 * Writes docs/conformance.md from the table of checks. After changing a check, run from the root:
 * `node --conditions=@caudal/source packages/testkit/scripts/checks-page.ts`
 */
await writeFile(new URL('../../../docs/conformance.md', import.meta.url), checksPage());
