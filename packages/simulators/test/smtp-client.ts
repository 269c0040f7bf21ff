import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A client that speaks SMTP line by line (RFC 5321), for one connection. */
export interface SmtpClient {
  /** The whole of the next reply; rejects when the connection ends first. */
  reply(): Promise<string>;
  /** Sends a line and waits for its reply. */
  say(line: string): Promise<string>;
  /** Goes on under TLS after a 220 to STARTTLS. */
  upgrade(ca: string): Promise<void>;
  end(): void;
}

interface Waiter {
  readonly resolve: (reply: string) => void;
  readonly reject: (error: Error) => void;
}

export const dial = (port: number, ca?: string): SmtpClient => {
  let socket: Socket;
  let buffer = '';
  const waiters: Waiter[] = [];
  const take = () => {
    const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(buffer);
    if (whole === null || waiters.length === 0) return;
    buffer = buffer.slice(whole[0].length);
    waiters.shift()?.resolve(whole[0].trimEnd());
    take();
  };
  const fail = (error: Error) => {
    for (const waiter of waiters.splice(0)) waiter.reject(error);
  };
  const listen = (next: Socket) => {
    socket = next;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      take();
    });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('closed')));
  };
  listen(
    ca === undefined
      ? connectPlain(port, '127.0.0.1')
      : connectTls({ port, host: '127.0.0.1', ca, servername: 'localhost' }),
  );
  const client: SmtpClient = {
    reply: () =>
      new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        take();
      }),
    say(line) {
      socket.write(`${line}\r\n`);
      return client.reply();
    },
    upgrade: (authority) =>
      new Promise((resolve, reject) => {
        socket.removeAllListeners('data');
        const secure = connectTls({ socket, ca: authority, servername: 'localhost' }, resolve);
        secure.once('error', reject);
        listen(secure);
      }),
    end: () => socket.destroy(),
  };
  return client;
};
