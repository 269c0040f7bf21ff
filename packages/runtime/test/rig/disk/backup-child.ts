/**
 * Makes a backup and prints what came of it as one line of JSON.
 *
 *   node --conditions=@caudal/source backup-child.ts <database> <backup>
 */
import { makeBackup } from '../../../src/store/backup/make-backup.ts';

const [from = '', to = ''] = process.argv.slice(2);
const made = await makeBackup(from, to).then(
  ({ bytes }) => ({ bytes }),
  (thrown: unknown) => ({ error: (thrown as Error).message }),
);
process.stdout.write(`${JSON.stringify(made)}\n`);
