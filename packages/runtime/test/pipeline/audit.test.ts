import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { acts } from '../../src/evidence/acts.ts';
import type { AuditEntry } from '../../src/evidence/chain.ts';
import { createSigningKey } from '../../src/evidence/keys.ts';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import { entryOf } from '../../src/evidence/read-work.ts';
import { headsOf, look, openSigned } from './signed-world.ts';
import { hour, minute, openWorld, start, type TestWorld, work } from './world.ts';

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

const verified = (of: TestWorld) => look(of, (read) => verifyStored(read, { heads: headsOf(of) }));

test('an attempt is in the chain before and after its socket, with the hashes of what went, came and stands behind it', async () => {
  world = await openSigned();
  const runtime = await world.run();
  await world.clock.advance(30 * minute);
  const [brief] = await runtime.query.submissions({ limit: 1 });
  const trace = await runtime.query.trace(brief?.id ?? '');
  if (trace?.kind !== 'submission') throw new Error('no submission');
  const [submit, confirm] = trace.attempts;
  const entries = await look(world, async (read) => (await read.chainOf(brief?.id ?? '')).map(entryOf));
  expect(entries.map(({ act }) => act)).toEqual([
    acts.attemptOpened,
    acts.attemptClosed,
    acts.attemptOpened,
    acts.attemptClosed,
  ]);
  expect(entries[0]).toMatchObject({
    at: submit?.startedAt,
    hash: sha256(JSON.stringify(submit?.artifact)),
    detail: { attempt: submit?.id, kind: 'submit', work, slot: start },
  });
  expect(entries[1]).toMatchObject({
    at: submit?.endedAt,
    hash: sha256(JSON.stringify(submit?.answer)),
    detail: { receipt: trace.submission.receipt, outcome: 'accepted', clockOffsetMs: expect.any(Number) },
  });
  expect(entries[3]).toMatchObject({ hash: sha256(JSON.stringify(confirm?.answer)), detail: { state: 'confirmed' } });
  const { sources, basis } = (entries[0] as AuditEntry).detail as unknown as {
    sources: { raw: string; hash: string }[];
    basis: Record<string, string>;
  };
  expect(sources).toHaveLength(3);
  await look(world, async (read) => {
    for (const { raw, hash } of sources) expect(sha256((await read.raw(raw))?.body ?? '')).toBe(hash);
    for (const [id, hash] of Object.entries(basis)) expect(sha256(JSON.stringify(await read.basis(id)))).toBe(hash);
  });
  expect(Object.keys(basis).toSorted()).toEqual([...new Set(trace.values.map(({ value }) => value.basis))].toSorted());
});

test('the chain is signed, and its heads are where the database can not reach: in a file and in a mail', async () => {
  world = await openSigned();
  const runtime = await world.run();
  await world.clock.advance(3 * hour);
  const heads = headsOf(world);
  expect(heads.length).toBeGreaterThan(2);
  const { signedTo, fault, keys } = await verified(world);
  expect(fault).toBeUndefined();
  expect(signedTo).toBe(heads.at(-1)?.seq);
  expect((await runtime.query.status()).audit).toMatchObject({ key: true, signed: { seq: signedTo, key: keys[0] } });
  const mails = world.mailbox.mails.filter(({ subject }) => subject.startsWith('Auditoría firmada'));
  expect(mails).toHaveLength(1);
  expect(heads.map(({ signature }) => signature).some((signature) => mails[0]?.text?.includes(signature))).toBe(true);
});

test('stops and starts leave one chain; the configuration is in it once, and again when it changed', async () => {
  let silent = 45;
  world = await openSigned({ config: (config) => ({ ...config, retention: { rawDays: silent } }) });
  for (let round = 0; round < 3; round += 1) {
    const runtime = await world.run();
    await world.clock.advance(50 * minute);
    await runtime.stop();
    if (round === 1) silent = 46;
  }
  expect(await verified(world)).toMatchObject({ fault: undefined });
  const configurations = await look(world, (read) => read.chainOf(acts.configuration));
  expect(configurations).toHaveLength(2);
});

test('a key is rotated while the runtime works, and everything before and after is still proven', async () => {
  world = await openSigned();
  const runtime = await world.run();
  await world.clock.advance(hour);
  const rotated = await runtime.query.rotateAuditKey({});
  await world.clock.advance(hour);
  const { fault, keys, signedTo, last } = await verified(world);
  expect({ fault, keys }).toEqual({ fault: undefined, keys: [rotated.from, rotated.key] });
  expect(last - signedTo).toBeLessThan(20);
  expect(existsSync(rotated.old ?? '')).toBe(true);
  expect(headsOf(world).at(-1)?.key).toBe(rotated.key);
});

test('another key than the one of the chain signs nothing, and people are told', async () => {
  world = await openSigned();
  await (
    await world.run().then(async (runtime) => {
      await world?.clock.advance(30 * minute);
      return runtime;
    })
  ).stop();
  const before = headsOf(world).length;
  writeFileSync(join(world.folder, 'audit-key.pem'), createSigningKey().privatePem);
  const runtime = await world.run();
  await world.clock.advance(hour);
  expect(headsOf(world)).toHaveLength(before);
  expect((await runtime.query.status()).alerts.map(({ rule }) => rule)).toContain('audit.heads');
});

test('without a key the chain works unsigned, and status says so', async () => {
  world = await openWorld();
  const runtime = await world.run();
  await world.clock.advance(30 * minute);
  expect((await runtime.query.status()).audit).toMatchObject({ key: false, signed: null });
  expect(await look(world, (read) => verifyStored(read, {}))).toMatchObject({ fault: undefined, signedTo: 0 });
});

test('what the regulator held is answered as it was known then', async () => {
  world = await openSigned();
  world.regulator.behave({ post: { next: ['store-then-hang'] } });
  const runtime = await world.run();
  await world.clock.advance(17 * hour);
  const slots = { work, from: start, to: start + 2 * hour };
  const at = async (instant: number) =>
    (await runtime.query.held({ ...slots, at: instant })).map(({ held, receipt, values }) => [
      held,
      receipt === null ? null : 'receipt',
      values?.['caudal'] ?? null,
    ]);
  expect(await at(start + minute)).toEqual([['none', null, null]]);
  // Sent at a quarter past, stored there, not answered: at nine nobody here knew.
  expect(await at(start + hour)).toEqual([
    ['unknown', null, '20'],
    ['none', null, null],
  ]);
  expect(await at(start + 2 * hour)).toEqual([
    ['unknown', null, '20'],
    ['confirmed', 'receipt', '20'],
  ]);
  expect(await at(start + 17 * hour)).toEqual([
    ['confirmed', 'receipt', '20'],
    ['confirmed', 'receipt', '20'],
  ]);
});
