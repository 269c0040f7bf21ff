import type { Alert } from '@caudal/client';
import { client } from '../../api/client.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { text } from '../../text.ts';

/** Takes note of an alert for all to see: from then on it is told no more. */
export const Acknowledge = ({
  alert,
  onDone,
  onClose,
}: {
  readonly alert: Alert;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) => (
  <Dialog title={text('alerts.acknowledge')} onClose={onClose}>
    <p>{text('alerts.acknowledge.hint')}</p>
    <Form
      label={text('alerts.acknowledge')}
      submit={async ({ note = '' }) => {
        await client.acknowledgeAlert({ alert: alert.id, body: note.trim() === '' ? {} : { note } });
        onDone();
        onClose();
      }}
    >
      {(mistake) => (
        <Field label={text('alerts.note')} hint={text('alerts.note.hint')} mistake={mistake('note')}>
          {(input) => <textarea {...input} name="note" rows={3} maxLength={2000} />}
        </Field>
      )}
    </Form>
  </Dialog>
);
