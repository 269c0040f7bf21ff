// Kills a store while it writes, cuts its write-ahead log at many places and starts on each.
//
//   npm run wal-cut               20 cuts
//   npm run wal-cut -- --long     200 cuts
//   npm run wal-cut -- --cuts=7   so many
import { join } from 'node:path';
import { root, run } from './workspace.mjs';

const known = /^--(?:long|cuts=(?<cuts>\d+))$/;

const environment = {};
for (const option of process.argv.slice(2)) {
  const match = known.exec(option);
  if (match === null) {
    console.error(`wal-cut: unknown ${option}; there are --long and --cuts=N.`);
    process.exit(2);
  }
  environment.CAUDAL_WAL_CUTS = match.groups.cuts ?? '200';
}

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const { code } = await run('vitest', ['run', 'packages/runtime/test/recovery/wal-cut.test.ts'], { env: environment });
process.exitCode = code;
