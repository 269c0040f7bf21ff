import { useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { AlertTable } from '../parts/alert-table.tsx';
import type { PageProps } from '../page-props.ts';
import { text } from '../text.ts';
import { OneAlert } from './alerts/alert.tsx';
import { SilenceTable, useSilences } from './alerts/silences.tsx';

const Silences = () => (
  <section class="card">
    <h2>{text('alerts.silences')}</h2>
    <SilenceTable of={useSilences()} />
  </section>
);

const List = () => {
  const { may } = useSession();
  const [open, setOpen] = useState(true);
  return (
    <>
      <div class="title">
        <h1>{text('nav.alerts')}</h1>
        <div class="row" role="group" aria-label={text('state')}>
          <button type="button" aria-pressed={open} onClick={() => setOpen(true)}>
            {text('alerts.open')}
          </button>
          <button type="button" aria-pressed={!open} onClick={() => setOpen(false)}>
            {text('alerts.ended')}
          </button>
        </div>
      </div>
      <section class="card">
        <AlertTable query={{ open, limit: 50 }} />
      </section>
      {may('system:read') ? <Silences /> : null}
    </>
  );
};

const Alerts = ({ rest: [id] }: PageProps) => (id === undefined ? <List /> : <OneAlert id={id} />);

export default Alerts;
