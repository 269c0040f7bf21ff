import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock } from '@caudal/core';
import { hour, served, start, wells } from './fleet.ts';

/** Some hours before the beginning, and as long after the end as anybody looks. */
export const servedFrom = start - 3 * hour;

/** The vendor of the fleet: lines of `well variable time;raw`, by the times that loggers wrote, as far as it has them. */
export const startFleet = async (clock: Clock) => {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://fleet').searchParams;
    const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
    const now = clock.now();
    const lines = wells
      .flatMap((well) => served(well, servedFrom, now))
      .filter(({ at, visibleAt }) => visibleAt <= now && at >= from && at < to)
      .map(({ well, variable, time, raw }) => `${well} ${variable} ${time};${raw}`);
    response.end(lines.join('\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
