import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = `
  import { registerHooks } from 'node:module';
  const seen = [];
  registerHooks({ resolve: (specifier, context, next) => { seen.push(specifier); return next(specifier, context); } });
  await import('@caudal/provider-mqtt');
  console.log(JSON.stringify(seen));
`;

test('importing the provider loads no MQTT client', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@caudal/source', '--input-type=module', '--eval', script],
    { cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  const seen = JSON.parse(stdout) as string[];
  expect(seen).toContain('@caudal/core');
  expect(seen).not.toContain('mqtt');
});
