import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { startWebhookReceiver } from '@caudal/simulators';
import { TestClock } from './clock.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

test('takes the example of the specification', async () => {
  // Standard Webhooks, "Signature scheme": id, time, body and signature as published
  const clock = new TestClock('2021-02-25T15:02:10Z');
  const receiver = await startWebhookReceiver({ clock, secrets: [secret] });
  onTestFinished(() => receiver.close());
  const post = (body: string, signature: string) =>
    fetch(receiver.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': signature,
      },
      body,
    });
  const good = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  expect((await post('{"test": 2432232314}', good)).status).toBe(204);
  expect((await post('{"test": 2432232314}', `v1a,x ${good}`)).status).toBe(204);
  expect((await post('{"test": 2432232315}', good)).status).toBe(401);
  expect((await post('{"test": 2432232314}', good.replace('v1,', 'v2,'))).status).toBe(401);
  expect(receiver.messages).toEqual([{ test: 2_432_232_314 }]);
  expect(receiver.deliveries.map(({ verdict }) => verdict)).toEqual([
    'verified',
    'verified',
    'bad-signature',
    'bad-signature',
  ]);
});

test('tells a repetition from another message under the same id, and refuses what is no webhook', async () => {
  const clock = new TestClock('2021-02-25T15:02:10Z');
  const receiver = await startWebhookReceiver({ clock, secrets: [secret] });
  onTestFinished(() => receiver.close());
  const key = Buffer.from(secret.slice(6), 'base64');
  const post = (body: string, headers: Record<string, string> = {}, url = receiver.url) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'a',
        'webhook-timestamp': '1614265330',
        'webhook-signature': `v1,${createHmac('sha256', key).update(`a.1614265330.${body}`).digest('base64')}`,
        ...headers,
      },
      body,
    }).then(({ status }) => status);
  expect(await post('1')).toBe(204);
  expect(await post('1')).toBe(204);
  expect(await post('2')).toBe(409);
  expect(await post('{')).toBe(400);
  expect(await post('1', { 'content-type': 'text/plain' })).toBe(415);
  expect(await post('1', { 'webhook-timestamp': '' })).toBe(401);
  expect(await post('1', {}, `${receiver.url}/other`)).toBe(404);
  receiver.behave({ next: ['status-410'] });
  expect(await post('1')).toBe(410);
  expect(() => receiver.behave({ always: 'gone' as 'hang' })).toThrow(RangeError);
  expect(receiver.deliveries.map(({ repeats }) => repeats).slice(0, 3)).toEqual(['no', 'same', 'other']);
  expect(receiver.messages).toEqual([1]);
});
