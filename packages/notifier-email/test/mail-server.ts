import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** What was taken, parsed by a program that is not the sender's. */
  readonly mails: Email[];
  /** The envelope's sender and recipients. */
  readonly envelopes: { readonly from: string; readonly to: readonly string[] }[];
  /** Connections that are open now. */
  readonly open: () => number;
}

/** An SMTP server on a free port of loopback. Without other options it wants no login and offers no TLS. */
export const mailServer = async (options: SMTPServerOptions = {}): Promise<MailServer> => {
  const mails: Email[] = [];
  const envelopes: { from: string; to: string[] }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 1,
    onData(stream, session, done) {
      const take = async () => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          envelopes.push({ from, to: rcptTo.map(({ address }) => address) });
          mails.push(await PostalMime.parse(Buffer.concat(chunks)));
          done();
        } catch (error) {
          done(error as Error);
        }
      };
      void take();
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    envelopes,
    open: () => server.connections.size,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
};

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** What clients wrote. */
  readonly heard: string[];
}

/** A server that speaks line by line what the test says, for what a real mail server does not do. */
export const rawServer = async (talk: (socket: Socket, line: string | undefined) => void): Promise<RawServer> => {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        heard.push(line);
        talk(socket, line);
      }
    });
    talk(socket, undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

/** A well-behaved conversation by first word, to be changed where a test wants a fault. */
export const conversation = (
  replies: Readonly<Record<string, (socket: Socket) => void>> = {},
): ((socket: Socket, line: string | undefined) => void) => {
  const say = (text: string) => (socket: Socket) => void socket.write(`${text}\r\n`);
  const all: Readonly<Record<string, (socket: Socket) => void>> = {
    greeting: say('220 test'),
    EHLO: say('250 test'),
    MAIL: say('250 ok'),
    RCPT: say('250 ok'),
    DATA: say('354 go on'),
    '.': say('250 stored'),
    QUIT: say('221 bye'),
    RSET: say('250 ok'),
    ...replies,
  };
  return (socket, line) => all[line === undefined ? 'greeting' : (line.split(' ')[0] ?? '')]?.(socket);
};
