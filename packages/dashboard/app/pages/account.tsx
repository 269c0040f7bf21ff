import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Field } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { named, text } from '../text.ts';

/** Who I am here: password and log-ins. */
const Account = () => {
  const { me } = useSession();
  const [changed, setChanged] = useState(false);
  const sessions = useResource('sessions', (signal) => client.listSessions({}, { signal }));
  return (
    <>
      <div class="title">
        <h1>{me?.name ?? ''}</h1>
      </div>
      <section class="card">
        <Facts of={{ [text('email')]: me?.email, [text('role')]: named('role', me?.role ?? '') }} />
      </section>
      <section class="card">
        <h2>{text('password.change')}</h2>
        {changed ? <p role="status">{text('redeem.done')}</p> : null}
        <Form
          label={text('redeem.go')}
          submit={async ({ current = '', password = '' }) => {
            await client.changePassword({ body: { current, password } });
            setChanged(true);
            sessions.again();
          }}
        >
          {(mistake) => (
            <>
              <Field label={text('password.current')} mistake={mistake('current')}>
                {(input) => (
                  <input {...input} name="current" type="password" autocomplete="current-password" required />
                )}
              </Field>
              <Field label={text('newPassword')} hint={text('newPassword.hint')} mistake={mistake('password')}>
                {(input) => (
                  <input
                    {...input}
                    name="password"
                    type="password"
                    autocomplete="new-password"
                    minLength={12}
                    required
                  />
                )}
              </Field>
            </>
          )}
        </Form>
      </section>
      <section class="card">
        <h2>{text('sessions')}</h2>
        <Loaded of={sessions}>
          {({ items }) => (
            <Table
              caption={text('sessions')}
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { head: text('agent'), cell: ({ agent }) => agent },
                { head: text('address'), cell: ({ address }) => address },
                { head: text('lastContact'), cell: ({ usedAt }) => <Instant at={usedAt} /> },
                {
                  head: text('acts'),
                  cell: ({ id, current }) =>
                    current ? (
                      text('sessions.this')
                    ) : (
                      <ActButton act={() => client.endSession({ session: id })} then={() => sessions.again()}>
                        {text('sessions.end')}
                      </ActButton>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </section>
    </>
  );
};

export default Account;
