import type { HandedOut, Operations } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { Once } from '../../parts/once.tsx';
import { Table } from '../../parts/table.tsx';
import { named, text } from '../../text.ts';

const roles = ['viewer', 'operator', 'admin', 'owner'] as const;
type Role = (typeof roles)[number];
const tones = { invited: 'suspect', active: 'good', disabled: 'missing' } as const;

/** A change names the version it was made on: nobody's work is overwritten unseen. */
const change = async (user: string, body: Operations['changeUser']['input']['body']): Promise<void> => {
  const { etag } = await client.ask('getUser', { user });
  await client.changeUser({ user, body, ifMatch: etag ?? '' });
};

const Invite = ({
  onDone,
  onClose,
}: {
  readonly onDone: (handed: HandedOut) => void;
  readonly onClose: () => void;
}) => {
  const [role, setRole] = useState<Role>('viewer');
  return (
    <Dialog title={text('users.invite')} onClose={onClose}>
      <Form
        label={text('users.invite')}
        submit={async ({ email = '', name = '', points = '' }) =>
          onDone(
            await client.inviteUser({
              body: {
                email,
                name,
                role,
                ...(role === 'owner' ? { points: points.split(/[\s,]+/).filter(Boolean) } : {}),
              },
            }),
          )
        }
      >
        {(mistake) => (
          <>
            <Field label={text('personName')} mistake={mistake('name')}>
              {(input) => <input {...input} name="name" required />}
            </Field>
            <Field label={text('email')} mistake={mistake('email')}>
              {(input) => <input {...input} name="email" type="email" required />}
            </Field>
            <Field label={text('role')} hint={named('role.hint', role)}>
              {(input) => (
                <select {...input} value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
                  {roles.map((one) => (
                    <option key={one} value={one}>
                      {named('role', one)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {role === 'owner' ? (
              <Field label={text('users.points')} mistake={mistake('points')}>
                {(input) => <input {...input} name="points" required />}
              </Field>
            ) : null}
          </>
        )}
      </Form>
    </Dialog>
  );
};

/** People who log in here. */
export const Users = () => {
  const users = usePages('listUsers', {});
  const [inviting, setInviting] = useState(false);
  const [handed, setHanded] = useState<HandedOut>();
  return (
    <section class="card">
      <div class="row">
        <h2>{text('users')}</h2>
        <button type="button" onClick={() => setInviting(true)}>
          {text('users.invite')}
        </button>
      </div>
      <Loaded of={users}>
        {(rows) => (
          <Table
            caption={text('users')}
            rows={rows}
            rowKey={({ id }) => id}
            more={users.more}
            columns={[
              {
                head: text('personName'),
                cell: ({ name, email }) => (
                  <>
                    {name}
                    <div class="quiet">{email}</div>
                  </>
                ),
              },
              {
                head: text('role'),
                cell: ({ role, points }) => (
                  <>
                    {named('role', role)}
                    {points === null ? null : <div class="quiet">{points.join(', ')}</div>}
                  </>
                ),
              },
              {
                head: text('state'),
                cell: ({ state }) => <Badge tone={tones[state]}>{named('userState', state)}</Badge>,
              },
              { head: text('lastContact'), cell: ({ lastLoginAt }) => <Instant at={lastLoginAt} /> },
              {
                head: text('acts'),
                cell: ({ id, state }) => (
                  <span class="row">
                    <ActButton act={async () => setHanded(await client.resetUser({ user: id }))}>
                      {text('users.reset')}
                    </ActButton>
                    {state === 'invited' ? null : (
                      <ActButton
                        act={() => change(id, { state: state === 'active' ? 'disabled' : 'active' })}
                        then={() => users.again()}
                      >
                        {text(state === 'active' ? 'users.disable' : 'users.enable')}
                      </ActButton>
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {inviting ? (
        <Invite
          onDone={(made) => {
            setInviting(false);
            setHanded(made);
            users.again();
          }}
          onClose={() => setInviting(false)}
        />
      ) : null}
      {handed === undefined ? null : (
        <Once
          title={text('users.link')}
          hint={text('users.link.hint')}
          secret={new URL(handed.link, location.href).href}
          onClose={() => setHanded(undefined)}
        />
      )}
    </section>
  );
};
