import type { Entity } from '@caudal/client';
import { client } from '../../api/client.ts';
import { Field } from '../../parts/field.tsx';
import { Form, type Typed } from '../../parts/form.tsx';
import { go } from '../../route.ts';
import { labelOf } from '../../schema-form/form.ts';
import { instantOf } from '../../schema-form/civil.ts';
import { text } from '../../text.ts';

const inputs = {
  text: { type: 'text' },
  number: { type: 'number', step: 'any' },
  'datetime-local': { type: 'datetime-local', step: 1 },
} as const;

interface Question {
  readonly name: string;
  readonly type: keyof typeof inputs;
  readonly required: boolean;
  /** What stands there to begin with. */
  readonly of?: 'step';
}

const replacement: readonly Question[] = [
  { name: 'removedAt', type: 'datetime-local', required: true },
  { name: 'lastReading', type: 'number', required: true },
  { name: 'id', type: 'text', required: true },
  { name: 'serial', type: 'text', required: false },
  { name: 'firstReading', type: 'number', required: true },
  { name: 'step', type: 'number', required: true, of: 'step' },
];

const calibration: readonly Question[] = [
  { name: 'from', type: 'datetime-local', required: true },
  { name: 'factor', type: 'number', required: true },
  { name: 'atPulses', type: 'number', required: false },
];

const read = (questions: readonly Question[], typed: Typed): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    questions.flatMap(({ name, type }) => {
      const text = typed[name] ?? '';
      if (text === '') return [];
      return [[name, type === 'number' ? Number(text) : type === 'datetime-local' ? (instantOf(text) ?? text) : text]];
    }),
  );

const MeterForm = ({
  label,
  hint,
  questions,
  meter,
  submit,
}: {
  readonly label: string;
  readonly hint: string;
  readonly questions: readonly Question[];
  readonly meter: Entity;
  readonly submit: (answers: Readonly<Record<string, string | number>>, because: string) => Promise<void>;
}) => (
  <details class="group">
    <summary>{label}</summary>
    <p class="hint">{hint}</p>
    <Form label={label} submit={(typed) => submit(read(questions, typed), typed['because'] ?? '')}>
      {(mistake) => (
        <div class="fields">
          {questions.map(({ name, type, required, of }) => (
            <Field
              key={name}
              label={required ? `${labelOf([name])} *` : labelOf([name])}
              hint={type === 'datetime-local' ? text('instant.hint') : undefined}
              mistake={mistake(name)}
            >
              {(input) => (
                <input
                  {...input}
                  name={name}
                  {...inputs[type]}
                  required={required}
                  defaultValue={of === undefined ? '' : JSON.stringify(meter.content[of] ?? '')}
                />
              )}
            </Field>
          ))}
          <Field label={`${text('because')} *`} hint={text('because.hint')} mistake={mistake('because')}>
            {(input) => <textarea {...input} name="because" rows={2} required />}
          </Field>
        </div>
      )}
    </Form>
  </details>
);

/** What is done at a well with a meter: another one is put in, or it is calibrated. Neither rewrites what was. */
export const MeterActs = ({ meter }: { readonly meter: Entity }) => {
  const { content, id, version } = meter;
  const replace = async (
    { removedAt, lastReading, id: next, ...fresh }: Readonly<Record<string, string | number>>,
    because: string,
  ) => {
    const { serial: _serial, calibrations: _calibrations, firstReading: _first, ...same } = content;
    const fitted = String(next);
    await client.changeData({
      body: {
        because,
        changes: [
          { kind: 'meters', id, content: { ...content, removedAt, lastReading }, expected: version },
          {
            kind: 'meters',
            id: fitted,
            content: { ...same, ...fresh, id: fitted, installedAt: removedAt },
            expected: null,
          },
        ],
      },
    });
    go(['data', 'meters', fitted]);
  };
  const calibrate = async (answers: Readonly<Record<string, string | number>>, because: string) => {
    const before = Array.isArray(content['calibrations']) ? (content['calibrations'] as readonly unknown[]) : [];
    const calibrations = [...(before.length === 0 ? [{ factor: 1 }] : before), answers];
    await client.putData({
      kind: 'meters',
      id,
      body: { content: { ...content, calibrations }, because },
      ifMatch: `"${version}"`,
    });
    location.reload();
  };
  return (
    <section class="card">
      <h2>{text('meter.acts')}</h2>
      <MeterForm
        label={text('meter.replace')}
        hint={text('meter.replace.hint')}
        questions={replacement}
        meter={meter}
        submit={replace}
      />
      <MeterForm
        label={text('meter.calibrate')}
        hint={text('meter.calibrate.hint')}
        questions={calibration}
        meter={meter}
        submit={calibrate}
      />
    </section>
  );
};
