// Says what is wrong with the changesets. From the root:
// npx node --conditions=@caudal/source scripts/changesets-check.ts
import { join } from 'node:path';
import { baseOf, changesetFaults } from './changesets.ts';

const root = join(import.meta.dirname, '..');
const base = baseOf(root);
const faults = await changesetFaults(root, base);
for (const fault of faults) console.error(`changesets: ${fault}.`);
if (faults.length === 0) console.log(`changesets: in order (${base.told})`);
process.exitCode = faults.length === 0 ? 0 : 1;
