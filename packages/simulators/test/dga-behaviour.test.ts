import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DgaSimulator, type PostBehaviour, startDga } from '../src/index.ts';
import { hours, minutes, TestClock } from './clock.ts';
import { centre, pipe, post, query, reply, well, world } from './dga-client.ts';

const at = Date.parse('2026-06-10T14:00:00Z');
let clock: TestClock;
let dga: DgaSimulator;

beforeEach(async () => {
  clock = new TestClock('2026-06-10T14:15:00Z');
  dga = await startDga({ clock, ...world });
});
afterEach(() => dga.close());

const send = (slot = at, signal?: AbortSignal) =>
  post(dga.url, { now: clock.now(), at: slot, ...(signal === undefined ? {} : { signal }) });

/** A client that gives up as soon as the server has the request. */
const giveUp = async (behaviour: PostBehaviour) => {
  dga.behave({ post: { next: [behaviour] } });
  const patience = new AbortController();
  const before = dga.ledger.requests.length;
  const answer = send(at, patience.signal);
  await dga.ledger.until(({ requests }) => requests.length > before);
  patience.abort();
  await expect(answer).rejects.toThrow();
};

describe('behaviours of a POST', () => {
  it('leaves the receipt out of an accepting answer', async () => {
    dga.behave({ post: { next: ['no-receipt'] } });
    expect(await reply(send())).toMatchObject({ http: 200, status: '00', data: {} });
    expect(dga.ledger.records).toHaveLength(1);
  });

  it('leaves the receipt out of a duplicate answer', async () => {
    await send();
    dga.behave({ post: { next: ['duplicate-without-receipt'] } });
    const message = 'Ya existe un registro en esa fecha, hora para la obra.';
    expect(await reply(send())).toMatchObject({ http: 400, message });
  });

  it('answers HTTP 200 with another status, and the informant mismatch', async () => {
    dga.behave({ post: { next: ['refuse-99', 'mismatch'] } });
    expect(await reply(send())).toMatchObject({ http: 200, status: '99' });
    expect((await reply(send())).message).toContain('Usuario no es el informante registrado en la Obra');
    expect(dga.ledger.records).toEqual([]);
  });

  it('stores another value than it was sent, which only the read-back shows', async () => {
    dga.behave({ post: { next: ['store-wrong'] } });
    const { data } = await reply(send());
    expect((await reply(query(dga.url, data['numeroComprobante'] ?? ''))).data['caudal']).toBe('100');
  });

  it.each(['status-500', 'status-502', 'html-200', 'html-403', 'html-502'] as const)(
    'answers %s',
    async (behaviour) => {
      dga.behave({ post: { next: [behaviour] } });
      const answer = await send();
      expect(answer.status).toBe(Number(behaviour.split('-')[1]));
      expect((await answer.text()).startsWith('<!DOCTYPE html>')).toBe(behaviour.startsWith('html'));
      expect(dga.ledger.records).toEqual([]);
    },
  );

  it.each([
    ['hang', 0],
    ['store-then-hang', 1],
  ] as const)('on %s leaves %i record behind a client that gave up', async (behaviour, count) => {
    await giveUp(behaviour);
    expect(dga.ledger.records).toHaveLength(count);
    expect(dga.ledger.requests[0]?.answer).toBeUndefined();
    expect(dga.ledger.records.map(({ told }) => told)).toEqual(Array.from({ length: count }, () => false));
  });

  it.each([
    ['reset', 0],
    ['store-then-reset', 1],
    ['cut', 1],
  ] as const)('on %s breaks the connection and leaves %i record', async (behaviour, count) => {
    dga.behave({ post: { next: [behaviour] } });
    await expect(send().then((response) => response.text())).rejects.toThrow();
    expect(dga.ledger.records).toHaveLength(count);
  });

  it('answers slowly on its own clock', async () => {
    dga.behave({ post: { next: ['slow-20000'] } });
    const answer = reply(send());
    await clock.asleep();
    expect(dga.ledger.records).toHaveLength(1);
    expect(dga.ledger.requests[0]?.answer).toBeUndefined();
    clock.advance(20_000);
    expect((await answer).status).toBe('00');
  });

  it('refuses connections while it is down and goes on with what it had', async () => {
    await send();
    await dga.down();
    await expect(send()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await dga.up();
    expect((await reply(send())).message).toContain('Ya existe');
  });
});

describe('behaviours of a receipt query', () => {
  it('strips zeros as the real one was seen to', async () => {
    const values = { caudal: '0.00', nivelFreaticoDelPozo: '25.70', totalizador: '35041' };
    const { data } = await reply(post(dga.url, { now: clock.now(), at, values }));
    dga.behave({ get: { always: 'strip-zeros' } });
    const back = await reply(query(dga.url, data['numeroComprobante'] ?? ''));
    expect(back.data).toMatchObject({ caudal: '0.0', nivelFreaticoDelPozo: '25.7', totalizador: '35041' });
  });

  it('denies a receipt, and fails, without touching POSTs', async () => {
    dga.behave({ get: { next: ['unknown', 'html-502'] } });
    const { data } = await reply(send());
    const receipt = data['numeroComprobante'] ?? '';
    expect((await reply(query(dga.url, receipt))).http).toBe(400);
    expect((await query(dga.url, receipt)).status).toBe(502);
    expect((await reply(query(dga.url, receipt))).status).toBe('00');
  });
});

describe('who decides the behaviour', () => {
  it('takes the script first, then outages by the clock, then the work, then always', async () => {
    dga.behave({
      post: {
        next: ['refuse-01'],
        outages: [{ from: clock.now(), to: clock.now() + minutes(10), as: 'refuse-02' }],
        only: { [pipe.code]: 'refuse-03' },
        always: 'refuse-04',
      },
    });
    const status = async (work = well) => (await reply(post(dga.url, { work, now: clock.now(), at }))).status;
    expect(await status()).toBe('01');
    expect(await status(pipe)).toBe('02');
    clock.advance(minutes(10));
    expect(await status(pipe)).toBe('03');
    expect(await status()).toBe('04');
    dga.behave({ post: { only: { [pipe.code]: null }, always: null } });
    expect(await status(pipe)).toBe('00');
  });

  it('is switched and read from another process', async () => {
    const behave = (change: unknown) =>
      fetch(`${dga.controlUrl}/__behave`, { method: 'POST', body: JSON.stringify(change) });
    expect(await (await behave({ post: { next: ['refuse-07'] } })).json()).toEqual({ left: { post: 1, get: 0 } });
    expect((await behave({ post: { next: ['strip-zero'] } })).status).toBe(400);
    expect((await reply(send())).status).toBe('07');
    await send();
    const ledger = (await (await fetch(`${dga.controlUrl}/__ledger?requests`)).json()) as Record<string, unknown[]>;
    expect(ledger['records']).toHaveLength(1);
    expect(ledger['requests']).toHaveLength(2);
    expect(ledger['violations']).toMatchObject([{ kind: 'early-resend', request: 2, earlier: 1 }]);
  });
});

describe('sending rules', () => {
  const kinds = () => dga.ledger.violations.map(({ kind }) => kind);

  it('allows one try the next calendar day of UTC-4 after an unanswered one, not earlier', async () => {
    await giveUp('store-then-hang');
    clock.advance(Date.parse('2026-06-11T03:59:59Z') - clock.now());
    await giveUp('hang');
    expect(kinds()).toEqual(['early-resend']);
    clock.advance(minutes(5));
    expect((await reply(send())).message).toContain('Ya existe');
    expect(kinds()).toEqual(['early-resend']);
  });

  it('accuses every try after an answer that said it was stored', async () => {
    await giveUp('store-then-hang');
    clock.advance(hours(24));
    await send();
    expect(kinds()).toEqual([]);
    clock.advance(hours(24));
    await send();
    expect(dga.ledger.violations).toMatchObject([{ kind: 'resend-of-received', request: 3, earlier: 2 }]);
  });

  it('accuses backlog of one work closer than five minutes, and not of two works', async () => {
    const late = [at - hours(3), at - hours(2), at - hours(1)];
    await send(late[0]);
    await post(dga.url, { work: pipe, now: clock.now(), at: at - hours(2) });
    clock.advance(minutes(5));
    await send(late[1]);
    await send(at);
    expect(kinds()).toEqual([]);
    clock.advance(minutes(4));
    await send(late[2]);
    expect(kinds()).toEqual(['backlog-spacing']);
    expect(dga.ledger.records).toHaveLength(5);
  });

  it('can count the five minutes per Centro', async () => {
    const strict = await startDga({ clock, ...world, backlogScope: 'centre' });
    await post(strict.url, { now: clock.now(), at: at - hours(3) });
    await post(strict.url, { work: pipe, now: clock.now(), at: at - hours(3) });
    expect(strict.ledger.violations.map(({ kind }) => kind)).toEqual(['backlog-spacing']);
    await strict.close();
  });

  it('blocks a Centro that resends what was received, for its time or until it is unblocked', async () => {
    const guarded = await startDga({ clock, ...world, block: { afterResends: 2, forMs: hours(1), as: 'html-403' } });
    const again = () => post(guarded.url, { now: clock.now(), at });
    await again();
    expect((await again()).status).toBe(400);
    expect((await again()).status).toBe(400);
    expect((await again()).status).toBe(403);
    clock.advance(hours(1));
    expect((await again()).status).toBe(400);
    expect((await again()).status).toBe(403);
    guarded.unblock(centre);
    expect((await again()).status).toBe(400);
    await guarded.close();
  });
});
