import { Readable } from 'node:stream';
import { closedObject, Type } from '@caudal/core';
import type { Services } from '../../services.ts';
import { type ExportedSeries, type ExportFormat, type ExportFormatName, exportFormats } from '../export/formats.ts';
import { exportRows } from '../export/rows.ts';
import { spanOf } from '../instant.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { span } from '../schemas/parts.ts';

const id = '[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}';
const seriesAtMost = 20;

/** Written as it is read away: a slow reader holds the next page back. */
async function* textOf(
  services: Pick<Services, 'store'>,
  format: ExportFormat,
  series: readonly ExportedSeries[],
  zone: string,
  from: number,
  to: number,
): AsyncGenerator<string> {
  yield format.head(series, zone);
  const write = format.rows(series, zone);
  const ids = series.map((one) => one.id);
  for await (const rows of exportRows(services, ids, from, to)) yield rows.map(write).join('');
}

const knownZone = (zone: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    throw new Refusal('invalid', 'there is no such zone', {
      issues: [{ path: '/query/zone', message: 'is no IANA zone' }],
    });
  }
};

const values = route({
  id: 'exportValues',
  method: 'GET',
  path: '/exports/values',
  tag: 'Values',
  summary: 'Values of some series side by side, as a file that is written while it is read',
  description:
    'The first line has the zone and the units. Numbers are the exact texts; csv-es-CL has semicolons and decimal commas. Text that a spreadsheet would run begins with an apostrophe.',
  needs: 'values:read',
  query: closedObject({
    ...span,
    series: Type.String({
      pattern: `^${id}(,${id}){0,${seriesAtMost - 1}}$`,
      maxLength: 3_000,
      description: `One to ${seriesAtMost} series, with commas between.`,
      examples: ['well-1/flow,well-1/level'],
    }),
    format: Type.Enum(Object.keys(exportFormats) as ExportFormatName[], {
      default: 'csv',
      description: 'How it is written.',
    }),
    zone: Type.String({
      maxLength: 60,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      default: 'America/Santiago',
      description: 'IANA zone of the civil time; the instant in UTC stands beside it.',
    }),
  }),
  content: ['text/csv', 'application/x-ndjson'],
  async run({ query, services, sight }) {
    const series = [...new Set(query.series.split(','))].map((name): ExportedSeries => {
      const found = sight.one(name);
      if (found === undefined) throw notFound('such series');
      return { id: found.id, unit: found.unit };
    });
    const { from = -Infinity, to = Infinity } = spanOf(query);
    const format: ExportFormat = exportFormats[query.format];
    return {
      contentType: format.contentType,
      headers: { 'content-disposition': `attachment; filename="caudal.${format.ending}"` },
      body: Readable.from(textOf(services, format, series, knownZone(query.zone), from, to), {
        objectMode: false,
        highWaterMark: 65_536,
      }),
    };
  },
});

export const exportRoutes: readonly Route[] = [values];
