import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import type { RuntimeConfig } from '@caudal/runtime';
import { startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { onTestFinished } from 'vitest';
import { createNotifier } from '../../src/notify/notifier.ts';
import { createOperations } from '../../src/operate/operations.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { openServices } from '../process/services.ts';
import { processed, raw, value } from '../store/rows.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** 12:00 in Santiago, 10:00 on Easter Island, of a summer's day. */
export const noon = Date.UTC(2026, 0, 15, 15);

/** Two owners, each with a well of their own: one on the continent, one on Easter Island, two hours behind. */
const wells = [
  { id: 'norte', name: 'Pozo Norte', owner: 'agricola', work: 'OB-0101-1' },
  { id: 'rapanui', name: 'Pozo <Rapa Nui> & Cía', owner: 'isla', work: 'OB-0505-1' },
] as const;

const dataOf = (changed: DataFile): DataFile => ({
  owners: [
    { id: 'agricola', name: 'Agrícola Norte' },
    { id: 'isla', name: 'Isla', zone: 'Pacific/Easter' },
  ],
  points: wells.map(({ id, name, owner }) => ({
    id,
    name,
    kind: 'well' as const,
    owner,
    series: { total: { intervalMinutes: 60 }, flow: { intervalMinutes: 60 }, level: { intervalMinutes: 60 } },
  })),
  meters: wells.map(({ id }) => ({ id: `meter-${id}`, series: `${id}/total`, step: 0.1, maxFlowLps: 50 })),
  devices: wells.map(({ id }) => ({
    id: `logger-${id}`,
    provider: 'tago',
    externalId: id,
    credential: 'env:SCHEDULE_TEST_TAGO' as const,
  })),
  bindings: wells.flatMap(({ id }) =>
    ['total', 'flow', 'level'].map((variable) => ({ device: `logger-${id}`, variable, series: `${id}/${variable}` })),
  ),
  obligations: wells.map(({ id, work }) => ({
    id: `dga-${id}`,
    target: 'dga',
    work: {
      code: work,
      settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:SCHEDULE_TEST_DGA' } },
    },
    standard: 'MAYOR',
    from: new Date(noon - 2 * day).toISOString(),
    members: {
      caudal: { series: `${id}/flow` },
      totalizador: { series: `${id}/total` },
      nivelFreaticoDelPozo: { series: `${id}/level` },
    },
  })),
  people: [
    { id: 'ana', name: 'Ana', language: 'es', addresses: { mail: { email: 'ana@example.org' } } },
    { id: 'tere', name: 'Tere', language: 'en', addresses: { mail: { email: 'tere@example.org' } } },
    { id: 'luz', name: 'Luz', language: 'es', addresses: { mail: { email: 'luz@example.org' } } },
  ],
  ...changed,
});

const never = new AbortController().signal;

/** The maintain and notify stages over a real store and a mail server, stepped by hand; opened again as often as one likes. */
export const openSchedules = async (data: DataFile = {}, config: Partial<RuntimeConfig> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-schedules-'));
  process.env['SCHEDULE_TEST_TAGO'] = 'tago-token-abcdefgh';
  process.env['SCHEDULE_TEST_DGA'] = 'dga-password-abcdefgh';
  const clock = virtualClock(noon);
  const mailbox = await startSmtp({ clock });
  const open = async (changed: Partial<RuntimeConfig>) => {
    const services = await openServices(folder, dataOf(data), clock, {
      targets: { dga: dga({ rutEmpresa: '77555666-8', baseUrl: 'http://127.0.0.1:9' }) },
      notifiers: {
        mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
      },
      ...config,
      ...changed,
    });
    return {
      services,
      maintainer: createMaintainer(services),
      notifier: createNotifier(services),
      operations: createOperations(services, 'ana'),
    };
  };
  let now = await open({});
  onTestFinished(async () => {
    await now.notifier.finish?.(never);
    await now.services.close();
    await mailbox.close();
    await rm(folder, { recursive: true, force: true });
    delete process.env['SCHEDULE_TEST_TAGO'];
    delete process.env['SCHEDULE_TEST_DGA'];
  });
  const world = {
    folder,
    clock,
    mailbox,
    get services() {
      return now.services;
    },
    get operations() {
      return now.operations;
    },
    open,
    /** One look of each stage; sends end before it answers. */
    async step() {
      while (await now.maintainer.step(never));
      await now.notifier.step(never);
      await now.notifier.finish?.(never);
    },
    /** To an instant, and then a look. */
    async at(text: string) {
      await clock.advance(Date.parse(text) - clock.now());
      await world.step();
    },
    /** As by kill -9 and a new start: nothing in memory is left. */
    async restart(changed: Partial<RuntimeConfig> = {}) {
      await now.notifier.finish?.(never);
      await now.services.close();
      now = await open(changed);
    },
    async slots(schedule: string) {
      return (await now.services.store.read.slotList({ schedule, limit: 50 })).map(({ slot, ...row }) => ({
        slot: new Date(slot).toISOString(),
        ...row,
      }));
    },
    async row(name: string) {
      return (await now.operations.schedules()).schedules.find((one) => one.name === name);
    },
    mailsTo: (person: string) => mailbox.mails.filter(({ to }) => to[0] === `${person}@example.org`),
    /** Values of a well each hour of a span: a pump of 20 L/s. */
    async fill(point: string, from: number, to: number) {
      const record = `raw-${point}-${from}`;
      const { write } = now.services.store;
      await write.appendRaw([
        raw(record, { instance: 'tago', receivedAt: to, envelope: { channel: 'pull', device: `logger-${point}` } }),
      ]);
      const hours = Array.from({ length: Math.floor((to - from) / hour) + 1 }, (_, index) => from + index * hour);
      const variables = { total: (at: number) => 1_000 + (72 * (at - from)) / hour, flow: () => 20, level: () => 26.5 };
      await write.commitProcessed(
        processed({
          marks: [{ id: record, status: 'COMPLETED', readings: hours.length * 3 }],
          values: Object.entries(variables).flatMap(([variable, of]) =>
            hours.map((at) =>
              value(at, of(at), { series: `${point}/${variable}`, raw: record, device: `logger-${point}`, variable }),
            ),
          ),
          contacts: [{ device: `logger-${point}`, at: to }],
        }),
      );
    },
    /** Brings the submission of a slot to a state, by the ways that there are. */
    async settle(
      obligation: string,
      slot: number,
      state: 'missing' | 'confirmed' | 'accepted' | 'rejected',
      reason?: string,
    ) {
      const { read, write } = now.services.store;
      const row = await read.submissionBy({ obligation, slot });
      if (row === null) throw new Error(`nothing is owed at ${new Date(slot).toISOString()}`);
      const { id } = row;
      const at = clock.now();
      if (state === 'missing') {
        await write.changeSubmissions([{ id, epoch: row.epoch, state, nextAt: at, reason: reason ?? null }]);
        return;
      }
      await write.changeSubmissions([{ id, epoch: row.epoch, state: 'due', nextAt: at }]);
      await write.openAttempt({
        id: `a-${id}`,
        submission: id,
        epoch: row.epoch + 1,
        kind: 'submit',
        artifact: null,
        artifactHash: null,
        startedAt: at,
        audit: [],
      });
      const ended = state === 'rejected' ? 'rejected' : 'accepted';
      await write.closeAttempt({
        attempt: {
          id: `a-${id}`,
          endedAt: at,
          outcome: ended,
          reason: reason ?? '',
          answer: { status: 200, headers: {}, body: '' },
        },
        change: {
          id,
          epoch: row.epoch + 2,
          state: ended,
          nextAt: at + day,
          reason: reason ?? null,
          ...(state === 'accepted' ? { receipt: 'R-1' } : {}),
        },
        alerts: [],
        ended: [],
        audit: [],
      });
      if (state === 'confirmed')
        await write.changeSubmissions([{ id, epoch: row.epoch + 3, state, nextAt: at, confirmedAt: at }]);
    },
  };
  return world;
};
