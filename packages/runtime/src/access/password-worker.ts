import { parentPort } from 'node:worker_threads';
import { argon2id, argon2Verify } from 'hash-wasm';
import type { PasswordAnswer, PasswordWork } from './passwords.ts';

const port = parentPort;
if (port === null) throw new Error('passwords are hashed in a worker thread');

const work = async (asked: PasswordWork): Promise<PasswordAnswer> => {
  try {
    if (asked.kind === 'hash') {
      const { password, memoryKiB } = asked;
      const text = await argon2id({
        password,
        salt: crypto.getRandomValues(new Uint8Array(16)),
        memorySize: memoryKiB,
        iterations: 2,
        parallelism: 1,
        hashLength: 32,
        outputType: 'encoded',
      });
      return { id: asked.id, answer: text };
    }
    return { id: asked.id, answer: await argon2Verify({ password: asked.password, hash: asked.hash }) };
  } catch (thrown) {
    return { id: asked.id, error: (thrown as Error).message };
  }
};

let turn = Promise.resolve();
port.on('message', (asked: PasswordWork) => {
  turn = turn.then(async () => port.postMessage(await work(asked)));
});
