import { describe, expect, it } from 'vitest';
import { signHead } from '../../src/evidence/heads.ts';
import { createSigningKey, openSigningKey } from '../../src/evidence/keys.ts';
import { createVerifier } from '../../src/evidence/verify-chain.ts';
import type { ChainRow, Store } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { bytes, processed, raw, submission, t0, value } from './rows.ts';

const entry = (subject: string) => ({ at: t0, actor: 'ana', act: 'backfill', subject, hash: null });

const verify = async ({ read }: Store) => {
  const verifier = createVerifier();
  for (const row of await read.chainPage({ after: 0, limit: 10_000 })) verifier.push(row);
  return verifier.end();
};

export const chainSuite = (open: Open): void => {
  describe('the audit chain', () => {
    it('has no hole and no fork, whatever is written at once and whatever of it fails', () =>
      withStore(open, async (store) => {
        const { write } = store;
        await write.appendRaw([raw('r')]);
        const all = await Promise.allSettled(
          Array.from({ length: 300 }, (_, index) =>
            index % 7 === 3
              ? // Another body for a known id: the whole group is rolled back and repeated one by one.
                write.appendRaw([raw('r', { body: bytes(`other ${index}`) })], { audit: [entry(`bad ${index}`)] })
              : index % 2 === 0
                ? write.audit([entry(`a ${index}`), entry(`b ${index}`)])
                : write.commitProcessed(processed({ audit: [entry(`p ${index}`)] })),
          ),
        );
        expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(43);
        const kept = (await store.read.auditTrail({ limit: 10_000 })).map(({ subject }) => subject);
        expect(kept.filter((subject) => subject.startsWith('bad'))).toEqual([]);
        expect(await verify(store)).toMatchObject({ fault: undefined, entries: kept.length });
        expect(kept).toHaveLength(new Set(kept).size);
        expect(await store.read.chainEnd()).toMatchObject({ seq: kept.length });
      }));

    it('keeps heads, and knows which are not published yet', () =>
      withStore(open, async ({ write, read }) => {
        expect(await read.chainEnd()).toBeNull();
        expect(await read.newestHead()).toBeNull();
        await write.audit([entry('a'), entry('b')]);
        const key = openSigningKey(createSigningKey().privatePem);
        const first = signHead({ seq: 1, link: 'x' }, t0, key);
        const second = signHead((await read.chainEnd()) as ChainRow, t0, key);
        await write.putHead(first);
        await write.putHead(second);
        await write.putHead({ ...second, signature: 'another' });
        expect(await read.newestHead()).toEqual(second);
        expect(await read.heads({ after: 1, limit: 9 })).toEqual([second]);
        expect(await read.unpublishedHeads(9)).toEqual([first, second]);
        await write.headsPublished([1]);
        expect(await read.unpublishedHeads(9)).toEqual([second]);
      }));

    it('finds the entries of a subject', () =>
      withStore(open, async ({ write, read }) => {
        await write.audit([entry('a'), entry(`it's "b"`), entry('a')]);
        expect((await read.chainOf('a')).map(({ seq }) => seq)).toEqual([1, 3]);
        expect((await read.chainOf(`it's "b"`)).map(({ seq }) => seq)).toEqual([2]);
        expect(await read.auditTrail({ subject: 'a', limit: 1 })).toEqual([entry('a')]);
      }));

    it('says by hash what stands behind a submission', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([raw('r', { body: bytes('abc') })]);
        await write.commitProcessed(
          processed({
            values: [value(t0, 1.5, { raw: 'r', basis: 'b' })],
            basis: [{ id: 'b', content: { rules: '1' } }],
          }),
        );
        await write.expectSubmissions([submission('s', t0)]);
        expect(await read.evidenceOf('s')).toBeNull();
        const sources = [
          { series: 'well-1/level', at: t0, raw: 'r' },
          { series: 'well-1/level', at: t0 + 1, raw: 'gone' },
        ];
        const report = { work: { code: 'w', settings: {} }, members: {}, submissions: [] };
        await write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0, report, sources }]);
        expect(await read.evidenceOf('s')).toEqual({
          report: expect.stringMatching(/^[0-9a-f]{64}$/),
          sources: [
            // FIPS 180-4, the example of SHA-256.
            { ...sources[0], hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
            { ...sources[1], hash: null },
          ],
          basis: { b: expect.stringMatching(/^[0-9a-f]{64}$/) },
        });
      }));
  });
};
