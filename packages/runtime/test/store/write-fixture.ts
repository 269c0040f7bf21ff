/**
 * Writes `fixtures/schema-<n>.db.zst`: a database of the present schema as this program leaves it, with rows in every table. Run it for each
 * release that changes tables, and commit the file: later programs are tested against it (`upgrades.test.ts`). A file that is there stays:
 * what was released does not change.
 *
 *   node --conditions=@caudal/source packages/runtime/test/store/write-fixture.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { openStore } from '../../src/store/index.ts';
import { migrations } from '../../src/store/schema/migrations.ts';
import { handClock } from './files.ts';
import { writeOldDatabase } from './old-databases.ts';

const folder = mkdtempSync(join(tmpdir(), 'caudal-fixture-'));
try {
  const path = join(folder, 'caudal.db');
  writeOldDatabase(path, migrations.length);
  const store = await openStore({ path, clock: handClock() });
  await store.close();
  const fixture = new URL(`fixtures/schema-${migrations.length}.db.zst`, import.meta.url);
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };
  writeFileSync(fixture, zstdCompressSync(readFileSync(path), level), { flag: 'wx' });
} finally {
  rmSync(folder, { recursive: true });
}
