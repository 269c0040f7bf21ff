import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import icon from './icon.svg';
import { openClient } from './api/client.ts';
import { forgot, logIn, redeem, setUp } from './api/session.ts';
import { useResource } from './api/use-resource.ts';
import { Field } from './parts/field.tsx';
import { Form } from './parts/form.tsx';
import { go, link, useRoute } from './route.ts';
import { Choices } from './shell.tsx';
import { text } from './text.ts';

const Frame = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <main class="entry">
    <div class="card">
      <p class="brand">
        <img src={icon} alt="" />
        {text('caudal')}
      </p>
      <h1>{title}</h1>
      {children}
      <Choices />
    </div>
  </main>
);

const Email = ({ mistake }: { readonly mistake: string | undefined }) => (
  <Field label={text('email')} mistake={mistake}>
    {(input) => <input {...input} name="email" type="email" autocomplete="username" required />}
  </Field>
);

const NewPassword = ({ mistake }: { readonly mistake: string | undefined }) => (
  <Field label={text('newPassword')} hint={text('newPassword.hint')} mistake={mistake}>
    {(input) => (
      <input {...input} name="password" type="password" autocomplete="new-password" minLength={12} required />
    )}
  </Field>
);

/** How somebody without a password gets one: by mail where the runtime sends it, else from an administrator. */
const Forgotten = () => {
  const { data, loading } = useResource('offers', (signal) => openClient.logInOffers({}, { signal }));
  if (data === undefined && loading) return null;
  return data?.mailedReset === true ? (
    <p>
      <a href={link(['forgot'])}>{text('forgot')}</a>
    </p>
  ) : (
    <p class="hint">{text('forgotten')}</p>
  );
};

const LogIn = () => (
  <Frame title={text('logIn')}>
    <Form label={text('logIn')} submit={({ email = '', password = '' }) => logIn(email, password)}>
      {(mistake) => (
        <>
          <Email mistake={mistake('email')} />
          <Field label={text('password')} mistake={mistake('password')}>
            {(input) => <input {...input} name="password" type="password" autocomplete="current-password" required />}
          </Field>
        </>
      )}
    </Form>
    <Forgotten />
  </Frame>
);

const Forgot = () => {
  const [asked, setAsked] = useState(false);
  return (
    <Frame title={text('forgot')}>
      {asked ? (
        <p role="status">{text('forgot.asked')}</p>
      ) : (
        <>
          <p>{text('forgot.why')}</p>
          <Form
            label={text('forgot.go')}
            submit={async ({ email = '' }) => {
              await forgot(email);
              setAsked(true);
            }}
          >
            {(mistake) => <Email mistake={mistake('email')} />}
          </Form>
        </>
      )}
      <p>
        <a href={link([])}>{text('forgot.back')}</a>
      </p>
    </Frame>
  );
};

const SetUp = ({ token }: { readonly token: string }) => (
  <Frame title={text('setUp')}>
    <p>{text('setUp.why')}</p>
    <Form
      label={text('setUp.go')}
      submit={async ({ email = '', name = '', password = '', token: typed = '' }) => {
        await setUp({ token: typed.trim(), email, name, password });
        go([]);
      }}
    >
      {(mistake) => (
        <>
          <Field label={text('oneTimeToken')} hint={text('oneTimeToken.hint')} mistake={mistake('token')}>
            {(input) => <input {...input} name="token" defaultValue={token} autocomplete="off" required />}
          </Field>
          <Field label={text('personName')} mistake={mistake('name')}>
            {(input) => <input {...input} name="name" autocomplete="name" required />}
          </Field>
          <Email mistake={mistake('email')} />
          <NewPassword mistake={mistake('password')} />
        </>
      )}
    </Form>
  </Frame>
);

const Redeem = ({ token }: { readonly token: string }) => {
  const [done, setDone] = useState(false);
  if (done)
    return (
      <Frame title={text('redeem.done')}>
        <a class="button" href="#/">
          {text('logIn')}
        </a>
      </Frame>
    );
  return (
    <Frame title={text('redeem')}>
      <Form
        label={text('redeem.go')}
        submit={async ({ password = '' }) => {
          await redeem(token, password);
          setDone(true);
        }}
      >
        {(mistake) => <NewPassword mistake={mistake('password')} />}
      </Form>
      <Forgotten />
    </Frame>
  );
};

/** Pages of the way in that are also for who is logged in: a link of a mail opens in the browser that is there. */
export const forAnybody: ReadonlySet<string | undefined> = new Set(['forgot', 'redeem']);

/** What somebody sees who is not logged in. */
export const Entry = () => {
  const { path, query } = useRoute();
  const token = path[1] ?? query.get('token') ?? '';
  if (path[0] === 'setup') return <SetUp token={token} />;
  if (path[0] === 'redeem') return <Redeem token={token} />;
  if (path[0] === 'forgot') return <Forgot />;
  return <LogIn />;
};
