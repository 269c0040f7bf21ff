import { client } from '../../api/client.ts';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { go, link } from '../../route.ts';
import { emptyOf, type Schema, type Value } from '../../schema-form/schema.ts';
import { text } from '../../text.ts';
import { EntityForm } from './entity-form.tsx';
import type { Kind } from './kinds.ts';
import { useForms } from './use-forms.ts';

const ownId = (kind: Kind) => `${kind.replace(/s$/, '')}-${crypto.randomUUID().slice(0, 8)}`;

/** A new thing; what its address says is filled in. */
export const NewEntity = ({ kind, query }: { readonly kind: Kind; readonly query: URLSearchParams }) => {
  const forms = useForms();
  return (
    <>
      <div class="title">
        <h1>{text('data.new', { what: text(`data.${kind}`) })}</h1>
        <div class="acts row">
          <a class="button" href={link(['data', kind])}>
            {text(`data.${kind}`)}
          </a>
        </div>
      </div>
      <section class="card">
        <Loaded of={forms}>
          {(found) => {
            const schema = (found.schemas.kinds[kind] ?? {}) as Schema;
            const needsId = schema.required?.includes('id') === true && kind !== 'corrections';
            const { new: _new, ...given } = Object.fromEntries(query);
            return (
              <EntityForm
                kind={kind}
                forms={found}
                initial={{ ...(emptyOf(schema) as Value), ...given }}
                first={(mistake) => (
                  <Field
                    label={needsId ? `${text('data.id')} *` : text('data.id')}
                    hint={text(needsId ? 'data.id.hint' : 'data.id.free')}
                    mistake={mistake('/body/id')}
                  >
                    {(input) => <input {...input} name="id" autocomplete="off" required={needsId} />}
                  </Field>
                )}
                save={async (content, { id = '', because = '' }) => {
                  const kept = id.trim() === '' && !needsId ? ownId(kind) : id.trim();
                  await client.addData({ kind, body: { id: kept, content: { id: kept, ...content }, because } });
                  go(['data', kind, kept]);
                }}
              />
            );
          }}
        </Loaded>
      </section>
    </>
  );
};
