import { describe, test } from 'vitest';
import { manual } from '@caudal/provider-manual';
import { providerConformance, registerConformance } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const at = Date.UTC(2026, 6, 6, 14, 30);
const bytes = (text: string) => new TextEncoder().encode(text);
const csv = bytes('variable;time;value;unit\nlevel;2026-07-06 10:30;12,30;m\nlevel;2026-07-06 10:45;seco;m\n');
const typed = bytes('{"readings":[{"variable":"level","time":"2026-07-06T14:30:00Z","value":12.30,"unit":"m"}]}');
const record = (contentType: string, body: Uint8Array) => ({
  id: `raw ${contentType}`,
  receivedAt: at + 3_600_000,
  body,
  envelope: { channel: 'manual' as const, contentType, device: 'logger-1' },
});

registerConformance(
  providerConformance({
    plugin: () => manual({ decimal: ',' }),
    packageVersion: manifest.version,
    device: {
      id: 'logger-1',
      externalId: 'well-1',
      settings: { zone: '-04:00' },
      variables: [{ name: 'level', settings: {} }],
    },
    records: [record('text/csv', csv), record('application/json', typed)],
    readings: [
      { device: 'well-1', variable: 'level', at, value: 12.3, raw: '12,30', unit: 'm' },
      { device: 'well-1', variable: 'level', at: at + 900_000, value: null, raw: 'seco', unit: 'm' },
      { device: 'well-1', variable: 'level', at, value: 12.3, raw: '12.30', unit: 'm' },
    ],
    manual: [
      { mediaType: 'text/csv', body: csv },
      { mediaType: 'application/json', body: typed },
    ],
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (given) => manual(given) },
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
  }),
  { describe, test },
);
