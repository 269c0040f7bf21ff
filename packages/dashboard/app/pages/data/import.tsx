import type { ImportPreview } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { AskWhy } from '../../parts/ask-why.tsx';
import { Badge } from '../../parts/badge.tsx';
import { save } from '../../parts/save.ts';
import { Table } from '../../parts/table.tsx';
import { link } from '../../route.ts';
import { named, text } from '../../text.ts';
import { sentence, thing } from '../../words/mistakes.ts';

type Encoding = 'utf-8' | 'windows-1252';

interface Chosen {
  readonly name: string;
  readonly base64: string;
  readonly encoding: Encoding;
}

const base64Of = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
};

const counted = (counts: ImportPreview['adds']): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} ${named('data', kind)}`)
    .join(', ') || '–';

/** Points from a spreadsheet: everything that is wrong is shown with its cell, before anything is written. */
export const ImportPage = () => {
  const { may } = useSession();
  const [encoding, setEncoding] = useState<Encoding>('utf-8');
  const [file, setFile] = useState<File>();
  const [chosen, setChosen] = useState<Chosen>();
  const [found, setFound] = useState<ImportPreview>();
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const look = async () => {
    if (file === undefined) return;
    setFound(undefined);
    setDone(false);
    const next = { name: file.name, base64: await base64Of(file), encoding };
    setChosen(next);
    setFound(await client.previewImport({ body: { base64: next.base64, encoding } }));
  };
  const sound = found?.mistakes.every(({ severity }) => severity !== 'error') === true;
  return (
    <>
      <div class="title">
        <h1>{text('import')}</h1>
        <div class="acts row">
          <ActButton act={async () => save(await client.importTemplate(), 'caudal-points.csv')}>
            {text('import.template')}
          </ActButton>
          <a class="button" href={link(['data', 'points'])}>
            {text('data.points')}
          </a>
        </div>
      </div>
      <section class="card">
        <p class="hint">{text('import.hint')}</p>
        <div class="row">
          <label>
            {text('import.file')}
            <input
              type="file"
              accept=".csv,text/csv"
              onChange={({ currentTarget }) => {
                setFile(currentTarget.files?.[0]);
                setFound(undefined);
              }}
            />
          </label>
          <label>
            {text('import.encoding')}
            <select value={encoding} onChange={({ currentTarget }) => setEncoding(currentTarget.value as Encoding)}>
              <option value="utf-8">UTF-8</option>
              <option value="windows-1252">Windows-1252 (Excel)</option>
            </select>
          </label>
          <ActButton act={look} kind="main">
            {text('import.look')}
          </ActButton>
        </div>
      </section>
      {found === undefined ? null : (
        <section class="card" aria-live="polite">
          <h2>{chosen?.name ?? ''}</h2>
          <p>
            {text('import.adds', { what: counted(found.adds) })}{' '}
            {text('import.changes', { what: counted(found.changes) })}
          </p>
          {found.total === 0 ? (
            <p>{text('import.fine')}</p>
          ) : (
            <>
              <p>{text('import.mistakes', { count: found.total })}</p>
              <Table
                caption={text('import')}
                rows={found.mistakes}
                rowKey={({ row, column, message }) => `${row} ${column} ${message}`}
                columns={[
                  { head: text('import.row'), numeric: true, cell: ({ row }) => row },
                  { head: text('import.column'), cell: ({ column }) => column },
                  {
                    head: text('import.what'),
                    cell: ({ severity, about, ...said }) => (
                      <>
                        <Badge tone={severity === 'error' ? 'fail' : 'suspect'}>
                          {text(severity === 'error' ? 'import.error' : 'import.warning')}
                        </Badge>{' '}
                        {about === undefined || said.code === undefined ? '' : `${thing(about)}: `}
                        {sentence(said)}
                      </>
                    ),
                  },
                ]}
              />
            </>
          )}
          {done ? (
            <p class="notice" data-tone="good" role="status">
              {text('import.done')} <a href={link(['data', 'points'])}>{text('data.points')}</a>
            </p>
          ) : sound && may('config:write') ? (
            <p>
              <button type="button" data-kind="main" onClick={() => setAsking(true)}>
                {text('import.apply')}
              </button>
            </p>
          ) : null}
        </section>
      )}
      {asking && chosen !== undefined ? (
        <AskWhy
          title={text('import.apply')}
          act={async (because) => {
            await client.importPoints({ body: { base64: chosen.base64, encoding: chosen.encoding, because } });
            setDone(true);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
};
