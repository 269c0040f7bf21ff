/**
 * Commits 50 rows, one by one, and is gone.
 *
 *   node rows-child.ts <path> FULL|OFF
 */
import { DatabaseSync } from 'node:sqlite';

const [path = '', synchronous = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; CREATE TABLE one (n INTEGER)`);
const add = database.prepare('INSERT INTO one VALUES (?)');
for (let n = 0; n < 50; n += 1) add.run(n);
process.kill(process.pid, 'SIGKILL');
