import { openStore } from '../../src/store/index.ts';
import { accessSuite } from './access-suite.ts';
import { chainSuite } from './chain-suite.ts';
import { committingSuite } from './committing-suite.ts';
import { deliverySuite } from './delivery-suite.ts';
import { keptSuite } from './kept-suite.ts';
import { leaseSuite } from './lease-suite.ts';
import { listSuite } from './list-suite.ts';
import { modelSuite } from './model-suite.ts';
import { needsSuite } from './needs-suite.ts';
import { processedSuite } from './processed-suite.ts';
import { rawSuite } from './raw-suite.ts';
import { retentionSuite } from './retention-suite.ts';
import { submissionSuite } from './submission-suite.ts';
import { taskSuite } from './task-suite.ts';

/** Everything a store must do whatever engine it stands on. */
for (const suite of [
  rawSuite,
  retentionSuite,
  needsSuite,
  keptSuite,
  leaseSuite,
  processedSuite,
  deliverySuite,
  submissionSuite,
  taskSuite,
  committingSuite,
  chainSuite,
  accessSuite,
  listSuite,
  modelSuite,
])
  suite(openStore);
