import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const place = '/dev/shm';
const leastBytes = 4 * 1024 ** 3;

/**
 * A folder in memory for what tests write, or undefined where the machine has no room for one. A sync costs nothing there, and thousands of them
 * are most of the time that tests of the store take. What a disk forgets is asked by the tests of `rig/power`, and no real disk answers it.
 */
export const memoryFolder = () => {
  try {
    const { bavail, bsize } = statfsSync(place);
    if (Math.min(bavail * bsize, freemem()) < leastBytes) return undefined;
    const folder = mkdtempSync(join(place, 'caudal-tests-'));
    // As /tmp: a server that a test starts may run as somebody else.
    chmodSync(folder, 0o1777);
    return folder;
  } catch {
    return undefined;
  }
};
