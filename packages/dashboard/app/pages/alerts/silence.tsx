import type { Alert } from '@caudal/client';
import { client } from '../../api/client.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { text } from '../../text.ts';
import type { Word } from '../../words/es.ts';

const hour = 60;

/** For how many minutes people are told nothing. */
const spans: readonly (readonly [Word, number])[] = [
  ['alerts.silence.1h', hour],
  ['alerts.silence.4h', 4 * hour],
  ['alerts.silence.12h', 12 * hour],
  ['alerts.silence.1d', 24 * hour],
  ['alerts.silence.7d', 168 * hour],
];

/** What the silence is about. Rule and subject hold for the next alert of the same kind too. */
const scopes: Readonly<Record<string, (alert: Alert) => object>> = {
  alert: ({ id }) => ({ alert: id }),
  rule: ({ rule, subject }) => ({ rule, subject }),
};

/** Tells nobody of an alert for a while; it is raised, kept and shown as ever. */
export const SilenceIt = ({
  alert,
  onDone,
  onClose,
}: {
  readonly alert: Alert;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) => (
  <Dialog title={text('alerts.silence')} onClose={onClose}>
    <p>{text('alerts.silence.hint')}</p>
    <Form
      label={text('alerts.silence')}
      submit={async ({ about = 'alert', span = '', because = '' }) => {
        await client.addSilence({ body: { ...scopes[about]?.(alert), minutes: Number(span), because } });
        onDone();
        onClose();
      }}
    >
      {(mistake) => (
        <>
          <Field label={text('alerts.silence.about')} mistake={mistake('alert')}>
            {(input) => (
              <select {...input} name="about">
                <option value="alert">{text('alerts.silence.alert')}</option>
                <option value="rule">{text('alerts.silence.rule')}</option>
              </select>
            )}
          </Field>
          <Field label={text('alerts.silence.span')} mistake={mistake('minutes')}>
            {(input) => (
              <select {...input} name="span">
                {spans.map(([word, minutes]) => (
                  <option key={word} value={minutes}>
                    {text(word)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={text('because')} hint={text('because.hint')} mistake={mistake('because')}>
            {(input) => <textarea {...input} name="because" rows={3} required />}
          </Field>
        </>
      )}
    </Form>
  </Dialog>
);
