import { type FaultServer, startFaultServer } from '../faults/fault-server.ts';
import { type Programmed, replies } from '../faults/reply.ts';

/** How the other side of a plugin may behave while a check runs. */
export type Behaviour = 'ok' | 'empty' | 'hang' | 'bad-credentials' | 'unavailable' | 'bad-recipient';

/** The other side: a vendor, a regulator or a channel, real and on loopback. */
export interface Remote {
  readonly url: string;
  /** The kit's fault server, where the plugin speaks HTTP; checks that need particular faults are skipped without it. */
  readonly server?: FaultServer;
  /** Behaves like this from now on. `false`: it cannot, and the check is skipped. */
  behave(as: Behaviour): boolean;
  /** How many requests or messages arrived, log-ins aside. */
  seen(): number;
  /** Resolves when `count` have arrived. */
  received(count: number): Promise<void>;
  /** Everything that arrived, as text, with the encodings of the wire removed. */
  texts(): string;
  close(): Promise<void>;
}

/** How a plugin that speaks HTTP is answered. */
export interface HttpAnswers {
  /** Answered at every path that `routes` does not name. */
  readonly ok: Programmed;
  /** Answers of particular paths while all is well, for example `{ '/account': replies.json({}) }`. */
  readonly routes?: Readonly<Record<string, Programmed>>;
  readonly empty?: Programmed;
  /** Default: 401 with a JSON body. */
  readonly badCredentials?: Programmed;
  readonly badRecipient?: Programmed;
}

/** A log-in that goes before other requests. It is answered well in every check but that of bad credentials. */
export interface Login {
  readonly path: string;
  readonly reply: Programmed;
}

/** Sets what the server answers at every path but that of the log-in. */
export const program = (server: FaultServer, login: Login | undefined, programmed: Programmed): void => {
  server.reset();
  if (login !== undefined) server.reply(login.path, login.reply);
  server.reply('*', programmed);
};

const unescaped = (text: string): string => {
  const json = text.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  try {
    return `${json}\n${decodeURIComponent(text.replaceAll('+', ' '))}`;
  } catch {
    return json;
  }
};

/** A remote over the kit's fault server. */
export const httpRemote = async (answers: HttpAnswers, login?: Login): Promise<Remote> => {
  const server = await startFaultServer();
  const table: Record<Behaviour, Programmed | undefined> = {
    ok: answers.ok,
    empty: answers.empty,
    hang: replies.hangAfterStoring,
    'bad-credentials': answers.badCredentials ?? replies.json({ message: 'not allowed' }, 401),
    unavailable: replies.json({ message: 'try again later' }, 503),
    'bad-recipient': answers.badRecipient,
  };
  const counted = () => server.requests.filter(({ path }) => path !== login?.path);
  return {
    url: server.url,
    server,
    behave(as) {
      const programmed = table[as];
      if (programmed === undefined) return false;
      program(server, as === 'bad-credentials' ? undefined : login, programmed);
      if (as === 'ok') {
        for (const [path, reply] of Object.entries(answers.routes ?? {})) server.reply(path, reply);
      }
      return true;
    },
    seen: () => counted().length,
    received: async (count) => {
      for (let arrived = count; counted().length < count; arrived += 1) await server.received(arrived);
    },
    texts: () => server.requests.map(({ whole }) => unescaped(whole)).join('\n'),
    close: () => server.close(),
  };
};
