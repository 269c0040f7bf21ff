// Writes the table of docs/vendors.md from the providers' definitions. From the root:
// npx node --conditions=@caudal/source scripts/vendors-page.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { withVendorsTable } from './vendors-table.ts';

const page = new URL('../docs/vendors.md', import.meta.url);
writeFileSync(page, withVendorsTable(readFileSync(page, 'utf8')));
