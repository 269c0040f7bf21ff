import { afterAll, beforeAll, describe } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { accessSuite } from './access-suite.ts';
import { askedSuite } from './asked-suite.ts';
import { chainSuite } from './chain-suite.ts';
import { createCleanSchema } from './clean-schema.ts';
import { committingSuite } from './committing-suite.ts';
import { deliverySuite } from './delivery-suite.ts';
import type { Open } from './files.ts';
import { keptSuite } from './kept-suite.ts';
import { feedSuite } from './feed-suite.ts';
import { leaseSuite } from './lease-suite.ts';
import { listSuite } from './list-suite.ts';
import { modelSuite } from './model-suite.ts';
import { needsSuite } from './needs-suite.ts';
import { noServer, type PostgresServer, startPostgres } from './postgres-server.ts';
import { outletSuite } from './outlet-suite.ts';
import { processedSuite } from './processed-suite.ts';
import { rawSuite } from './raw-suite.ts';
import { retentionSuite } from './retention-suite.ts';
import { scheduleSuite } from './schedule-suite.ts';
import { submissionSuite } from './submission-suite.ts';
import { taskSuite } from './task-suite.ts';

/** Everything a store must do whatever engine it stands on. */
const suites = [
  rawSuite,
  retentionSuite,
  needsSuite,
  keptSuite,
  feedSuite,
  outletSuite,
  leaseSuite,
  askedSuite,
  scheduleSuite,
  processedSuite,
  deliverySuite,
  submissionSuite,
  taskSuite,
  committingSuite,
  chainSuite,
  accessSuite,
  listSuite,
  modelSuite,
];

const runAll = (open: Open) => {
  for (const suite of suites) suite(open);
};

describe('on SQLite', () => runAll(openStore));

describe.skipIf(noServer !== undefined)(`on PostgreSQL${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ sync: false });
  });
  afterAll(() => server.remove());
  const schema = createCleanSchema(() => server);
  runAll(async (options) => openStore({ ...options, path: await schema(options.path) }));
});
