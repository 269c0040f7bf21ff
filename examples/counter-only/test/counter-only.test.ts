import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('prints what each reading added, the glitch and the reset', () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const lines = execFileSync(process.execPath, ['--conditions=@caudal/source', main], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  expect(lines.slice(0, 10).map((line) => line.split('  added ')[1])).toEqual(
    [0, 0.27, 0.28, 0, 0.55, 0.28, 0.12, 0.28, 0.27, 0.28].map((added) => `${added} m³`),
  );
  expect(lines.slice(10)).toEqual([
    'TOTAL_GLITCH_ZERO from 00:45 to 00:45, flag 4',
    'TOTAL_RESET from 01:30 to 01:30, flag 3',
  ]);
});
