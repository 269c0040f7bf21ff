import type { DataPreview } from '@caudal/client';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { Field } from '../../parts/field.tsx';
import { SchemaForm } from '../../schema-form/schema-form.tsx';
import type { Value } from '../../schema-form/schema.ts';
import { text } from '../../text.ts';
import { choicesOf, type Kind, schemaFor } from './kinds.ts';
import type { Forms } from './use-forms.ts';
import { Effects } from './effects.tsx';

type Mistake = (pointer: string) => string | undefined;
export type Asked = Readonly<Record<string, string>>;

/** The form of a kind of data, with the reason that is kept with every change. */
export const EntityForm = ({
  kind,
  id,
  forms: { schemas, names },
  initial,
  first,
  save,
}: {
  readonly kind: Kind;
  /** Of what is there already. */
  readonly id?: string;
  readonly forms: Forms;
  readonly initial: Value;
  /** What is asked before all else. */
  readonly first?: (mistake: Mistake) => ComponentChildren;
  readonly save: (content: Value, asked: Asked) => Promise<void>;
}) => {
  const [content, setContent] = useState(initial);
  const [effects, setEffects] = useState<DataPreview>();
  const box = useRef<HTMLDivElement>(null);
  const asked = (): Asked =>
    Object.fromEntries(
      [...(box.current?.querySelectorAll<HTMLInputElement>('[name]') ?? [])].map(({ name, value }) => [name, value]),
    );
  const look = async () => {
    const own = id ?? (asked()['id'] || 'new');
    setEffects(await client.previewData({ body: { changes: [{ kind, id: own, content: { id: own, ...content } }] } }));
  };
  return (
    <div ref={box}>
      <SchemaForm
        schema={schemaFor(kind, schemas, content)}
        initial={initial}
        label={text('save')}
        choices={choicesOf(kind, names, schemas.plugins, content)}
        onChange={setContent}
        before={first}
        submit={(whole) => save(whole, asked())}
      >
        {(mistake) => (
          <>
            <Field label={`${text('because')} *`} hint={text('because.hint')} mistake={mistake('/body/because')}>
              {(input) => <textarea {...input} name="because" rows={2} required />}
            </Field>
            <Effects found={effects} look={look} />
          </>
        )}
      </SchemaForm>
    </div>
  );
};
