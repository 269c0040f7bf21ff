import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@caudal/core';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { createPlan, type PlanChange } from '../plan.ts';
import { createWaiting } from '../waiting.ts';
import { selfSigned } from './certificate.ts';
import { type Mail, readMail } from './mail.ts';

/** What happens to a connection: `hang` never greets, `refuse-CODE` greets with that reply. */
export type SmtpConnectBehaviour = 'normal' | 'hang' | `refuse-${number}`;

/**
 * What happens to a message whose content has come.
 *
 * | behaviour | stored | the client sees |
 * |---|---|---|
 * | `normal` | yes | 250 |
 * | `hang` | no | nothing |
 * | `store-then-hang` | yes | nothing |
 * | `drop` | no | the end of the connection |
 * | `store-then-drop` | yes | the end of the connection |
 * | `refuse-CODE` | no | that reply |
 */
export type SmtpMessageBehaviour =
  | 'normal'
  | 'hang'
  | 'store-then-hang'
  | 'drop'
  | 'store-then-drop'
  | `refuse-${number}`;

export interface SmtpOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** Passwords by user. When given, mail is taken from authenticated clients only. */
  readonly users?: Readonly<Record<string, string>>;
  /** With a certificate made at start. Default: no TLS. */
  readonly tls?: 'starttls' | 'implicit';
  /** Recipients refused with 550. */
  readonly reject?: readonly string[];
  /** The first try from a sender to a recipient, and every other within this time, is answered 451. */
  readonly greylistMs?: number;
  /** Each mail is written here as `000001.eml` before it is acknowledged. Made when missing. */
  readonly directory?: string;
}

export interface SmtpBehaviour {
  readonly connect?: PlanChange<SmtpConnectBehaviour>;
  /** A target is the first recipient. */
  readonly message?: PlanChange<SmtpMessageBehaviour>;
}

export interface SmtpSimulator {
  readonly host: string;
  readonly port: number;
  /** `smtp://` or, with implicit TLS, `smtps://`. */
  readonly url: string;
  /** PEM, to be trusted by the client; undefined without TLS. */
  readonly certificate: string | undefined;
  /** In order of arrival. */
  readonly mails: readonly Mail[];
  /** Resolves with all mails as soon as there are so many; rejects with the signal's reason. */
  received(count: number, signal?: AbortSignal): Promise<readonly Mail[]>;
  /** @throws RangeError for an unknown behaviour */
  behave(change: SmtpBehaviour): void;
  close(): Promise<void>;
}

type Reply = { readonly error: Error | undefined } | undefined;

const refusal = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

const codeOf = (behaviour: string): number | undefined => {
  const match = /^refuse-([45]\d\d)$/.exec(behaviour);
  return match === null ? undefined : Number(match[1]);
};

/** Long: a behaviour that hangs ends with the client or with `close`. */
const idleMs = 24 * 3_600_000;

const connections: ReadonlySet<string> = new Set(['normal', 'hang']);
const messages: ReadonlySet<string> = new Set(['normal', 'hang', 'store-then-hang', 'drop', 'store-then-drop']);

const content = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** A mail server that keeps what it gets. */
export const startSmtp = async (options: SmtpOptions): Promise<SmtpSimulator> => {
  const { clock, users, tls, directory } = options;
  const rejected = new Set(options.reject);
  const firstTries = new Map<string, number>();
  const connects = createPlan<SmtpConnectBehaviour>((name) => connections.has(name) || codeOf(name) !== undefined);
  const contents = createPlan<SmtpMessageBehaviour>((name) => messages.has(name) || codeOf(name) !== undefined);
  const mails: Mail[] = [];
  const waiting = createWaiting();
  const sockets = new Set<Socket>();
  const identity = tls === undefined ? undefined : selfSigned();
  if (directory !== undefined) await mkdir(directory, { recursive: true });

  const keep = async (raw: Buffer, { envelope, user, secure }: SMTPServerSession) => {
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    const mail = await readMail(raw, { at: clock.now(), from, to, user, secure });
    mails.push(mail);
    const name = `${String(mails.length).padStart(6, '0')}.eml`;
    if (directory !== undefined) await writeFile(join(directory, name), raw);
    waiting.look();
  };

  const drop = ({ remotePort }: SMTPServerSession) => {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
  };

  /** The reply to a message: an error, `undefined` for 250, or none at all. */
  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Reply> => {
    const raw = await content(stream);
    const behaviour = contents.take(clock.now(), session.envelope.rcptTo[0]?.address) ?? 'normal';
    const code = codeOf(behaviour);
    if (behaviour === 'normal' || behaviour.startsWith('store-')) await keep(raw, session);
    if (behaviour.endsWith('drop')) drop(session);
    if (behaviour === 'normal') return { error: undefined };
    return code === undefined ? undefined : { error: refusal(code, 'message refused') };
  };

  const greylisted = (sender: string, recipient: string): boolean => {
    if (options.greylistMs === undefined) return false;
    const pair = `${sender} ${recipient}`;
    const first = firstTries.get(pair);
    if (first === undefined) firstTries.set(pair, clock.now());
    return first === undefined || clock.now() - first < options.greylistMs;
  };

  const server = new SMTPServer({
    secure: tls === 'implicit',
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(users === undefined ? ['AUTH'] : [])],
    authOptional: users === undefined,
    allowInsecureAuth: tls === undefined,
    disableReverseLookup: true,
    socketTimeout: idleMs,
    onConnect(_session, done) {
      const behaviour = connects.take(clock.now()) ?? 'normal';
      const code = codeOf(behaviour);
      if (code !== undefined) done(refusal(code, 'connection refused'));
      else if (behaviour === 'normal') done();
    },
    onAuth({ username, password }, _session, done) {
      if (username !== undefined && password !== undefined && users?.[username] === password)
        done(null, { user: username });
      else done(refusal(535, 'authentication failed'));
    },
    onRcptTo({ address }, { envelope }, done) {
      const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      if (rejected.has(address)) done(refusal(550, 'mailbox unavailable'));
      else if (greylisted(sender, address)) done(refusal(451, 'greylisted, try again later'));
      else done();
    },
    async onData(stream, session, done) {
      try {
        const reply = await take(stream, session);
        if (reply !== undefined) done(reply.error);
      } catch (cause) {
        done(refusal(451, String(cause)));
      }
    },
  });
  // A client that goes away in the middle is what some behaviours are for.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.server.address() as AddressInfo;

  let closed: Promise<void> | undefined;
  return {
    host: '127.0.0.1',
    port,
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    certificate: identity?.certificate,
    mails,
    async received(count, signal) {
      await waiting.until(() => mails.length >= count, signal);
      return mails;
    },
    behave({ connect, message }) {
      if (connect !== undefined) connects.change(connect);
      if (message !== undefined) contents.change(message);
    },
    close() {
      closed ??= new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
};
