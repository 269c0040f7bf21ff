// The latest values of a TagoIO device: TAGO_TOKEN=… node main.ts <device id> <variable> [variable …]
import { open } from '@caudal/core';
import { tago } from '@caudal/provider-tago';

const [externalId, ...variables] = process.argv.slice(2);
if (externalId === undefined || variables.length === 0) {
  console.error('usage: TAGO_TOKEN=… node main.ts <device id> <variable> [variable …]');
  process.exit(2);
}

const baseUrl = process.env['TAGO_URL'];
await using provider = await open(tago(baseUrl === undefined ? { region: 'us-e1' } : { baseUrl }));
const device = {
  id: 'mine',
  externalId,
  credential: 'env:TAGO_TOKEN' as const,
  settings: {},
  variables: variables.map((name) => ({ name, settings: {} })),
};

let page;
do {
  const answer = await provider.pull!({
    devices: [device],
    limit: 100,
    signal: AbortSignal.timeout(30_000),
    ...(page === undefined ? {} : { page }),
  });
  for (const [index, record] of answer.records.entries()) {
    const { readings } = provider.decode(
      { ...record, id: String(index), receivedAt: Date.now() },
      { settings: () => device.settings, externalId: () => externalId },
    );
    for (const { variable, at, value, raw, unit } of readings) {
      console.log(new Date(at).toISOString(), variable, value ?? 'no value', unit ?? '', `(as sent: ${raw})`);
    }
  }
  page = answer.page;
} while (page !== undefined);
