import { client } from '../api/client.ts';
import { text } from '../text.ts';
import { preferences } from '../preferences.ts';
import { ActButton } from './act-button.tsx';
import { save } from './save.ts';

/** Values of some series as a file: as spreadsheets of the language read it, and as lines of JSON. */
export const ExportLinks = ({
  series,
  query,
}: {
  readonly series: readonly string[];
  readonly query: { readonly from?: string; readonly to?: string };
}) => {
  const take = (format: 'csv' | 'csv-es-CL' | 'ndjson', name: string) => async () =>
    save(await client.exportValues({ ...query, series: series.join(','), format }), name);
  const csv = preferences().language === 'es' ? 'csv-es-CL' : 'csv';
  return (
    <>
      <ActButton act={take(csv, 'caudal.csv')}>{text('export.csv')}</ActButton>
      <ActButton act={take('ndjson', 'caudal.ndjson')}>{text('export.ndjson')}</ActButton>
    </>
  );
};
