import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Once } from '../../parts/once.tsx';
import { Table } from '../../parts/table.tsx';
import { named, text } from '../../text.ts';

const roles = ['viewer', 'operator', 'admin', 'ingest'] as const;
type Role = (typeof roles)[number];

/** Keys of programs. */
export const Keys = () => {
  const keys = usePages('listKeys', {});
  const [adding, setAdding] = useState(false);
  const [token, setToken] = useState<string>();
  return (
    <section class="card">
      <div class="row">
        <h2>{text('keys')}</h2>
        <button type="button" onClick={() => setAdding(true)}>
          {text('keys.add')}
        </button>
      </div>
      <Loaded of={keys}>
        {(rows) => (
          <Table
            caption={text('keys')}
            rows={rows}
            rowKey={({ id }) => id}
            more={keys.more}
            columns={[
              { head: text('personName'), cell: ({ name }) => name },
              { head: text('role'), cell: ({ role }) => named('role', role) },
              { head: text('keys.used'), cell: ({ usedAt }) => <Instant at={usedAt} /> },
              { head: text('keys.expires'), cell: ({ expiresAt }) => <Instant at={expiresAt} /> },
              {
                head: text('acts'),
                cell: ({ id, revokedAt }) =>
                  revokedAt === null ? (
                    <ActButton act={() => client.revokeKey({ key: id })} then={() => keys.again()}>
                      {text('keys.revoke')}
                    </ActButton>
                  ) : (
                    <>
                      {text('keys.revoked')} <Instant at={revokedAt} />
                    </>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {adding ? (
        <Dialog title={text('keys.add')} onClose={() => setAdding(false)}>
          <Form
            label={text('keys.add')}
            submit={async ({ name = '', role }) => {
              const made = await client.addKey({ body: { name, role: role as Role } });
              setAdding(false);
              setToken(made.token);
              keys.again();
            }}
          >
            {(mistake) => (
              <>
                <Field label={text('personName')} mistake={mistake('name')}>
                  {(input) => <input {...input} name="name" required />}
                </Field>
                <Field label={text('role')}>
                  {(input) => (
                    <select {...input} name="role">
                      {roles.map((role) => (
                        <option key={role} value={role}>
                          {named('role', role)}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
              </>
            )}
          </Form>
        </Dialog>
      ) : null}
      {token === undefined ? null : (
        <Once
          title={text('keys.new')}
          hint={text('keys.new.hint')}
          secret={token}
          onClose={() => setToken(undefined)}
        />
      )}
    </section>
  );
};
