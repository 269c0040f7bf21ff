import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { openToLook } from '../../src/store/open-to-look.ts';

test('questions of a database whose owner does not run may be asked at once, also when one fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-look-'));
  const path = join(folder, 'caudal.db');
  try {
    const store = await openStore({ path, clock: systemClock });
    const counts = await store.read.counts();
    await store.close();
    const look = await openToLook(path);
    const answers = await Promise.allSettled([
      look.read.counts(),
      look.read.submission(Symbol('no parameter of SQL') as never),
      look.read.counts(),
      look.read.openAlerts({ limit: 10 }),
      look.read.counts(),
    ]);
    const [, failed] = answers;
    expect(failed?.status).toBe('rejected');
    expect(answers[3]?.status).toBe('fulfilled');
    for (const index of [0, 2, 4]) expect(answers[index]).toMatchObject({ value: counts });
    await look.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
