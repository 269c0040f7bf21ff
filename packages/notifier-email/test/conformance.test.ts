import type { SMTPServerSession } from 'smtp-server';
import { describe, test } from 'vitest';
import { type Behaviour, notifierConformance, registerConformance, type Remote } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { email } from '../src/index.ts';
import { mailServer } from './mail-server.ts';

const password = 'pass word/of this test';
const unknownMailbox = 'nobody@example.com';

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

/** A mail server as the suite drives it. A connection counts once, and each further message of it once more. */
const mailRemote = async (): Promise<Remote> => {
  let behaviour: Behaviour = 'ok';
  let seen = 0;
  const begun = new WeakSet<SMTPServerSession>();
  const waiting = new Set<{ readonly count: number; resolve(): void }>();
  const count = () => {
    seen += 1;
    for (const waiter of waiting) {
      if (seen < waiter.count) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };
  const server = await mailServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onConnect(_session, done) {
      count();
      if (behaviour !== 'hang') done();
    },
    onAuth(auth, _session, done) {
      if (behaviour === 'bad-credentials' || auth.password !== password) done(refusal(535, 'authentication failed'));
      else done(null, { user: 'caudal' });
    },
    onMailFrom(_address, session, done) {
      if (begun.has(session)) count();
      begun.add(session);
      if (behaviour === 'unavailable') done(refusal(451, 'try again later'));
      else if (behaviour !== 'hang') done();
    },
    onRcptTo({ address }, _session, done) {
      done(address === unknownMailbox ? refusal(550, 'mailbox unavailable') : null);
    },
  });
  return {
    url: `smtp://127.0.0.1:${server.port}`,
    behave(as) {
      behaviour = as;
      return as !== 'empty';
    },
    seen: () => seen,
    received: (wanted) =>
      new Promise((resolve) => {
        if (seen >= wanted) resolve();
        else waiting.add({ count: wanted, resolve });
      }),
    texts: () => server.mails.map(({ subject, text, html }) => [subject, text, html].join('\n')).join('\n'),
    async close() {
      await server[Symbol.asyncDispose]();
    },
  };
};

registerConformance(
  notifierConformance({
    plugin: (baseUrl) => {
      const { hostname, port } = new URL(baseUrl);
      return email({
        host: hostname,
        port: Number(port),
        allowPlaintext: true,
        user: 'caudal',
        password: 'env:SMTP_PASSWORD',
        from: 'Caudal <alerts@example.com>',
      });
    },
    secrets: { 'env:SMTP_PASSWORD': password },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    address: { email: 'ana@example.com' },
    badAddress: { email: unknownMailbox },
    remote: mailRemote,
  }),
  { describe, test },
);
