import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tago } from '@caudal/provider-tago';
import { createRuntime } from '@caudal/runtime';

export interface ServiceOptions {
  /** Folder for the database. */
  readonly folder: string;
  /** Folder or file of YAML data. */
  readonly data: string;
  /** Address of TagoIO's API; default the shared region us-e1. */
  readonly vendorUrl?: string;
}

/** An HTTP service of one's own with Caudal inside: it answers with the newest value of a series, as soon as there is one. */
export const startService = async ({ folder, data, vendorUrl }: ServiceOptions) => {
  const runtime = await createRuntime({
    database: `${folder}/caudal.db`,
    data: [data],
    providers: { tago: tago(vendorUrl === undefined ? {} : { baseUrl: vendorUrl }) },
    http: { enabled: false },
    log: { console: false },
  });
  const newest = new Map<string, { at: number; value: number | null; flag: number }>();
  runtime.events.on('values', (rows) => {
    for (const { series, at, value, flag } of rows) {
      if ((newest.get(series)?.at ?? -Infinity) <= at) newest.set(series, { at, value, flag });
    }
  });
  await runtime.start();

  const server = createServer((request, response) => {
    const found = newest.get(decodeURIComponent((request.url ?? '/').slice(1)));
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    runtime,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await runtime.stop();
    },
  };
};
