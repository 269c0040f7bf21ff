import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import type { DataFile, Report } from '@caudal/core';
import { manual } from '@caudal/provider-manual';
import { tago } from '@caudal/provider-tago';
import type { RuntimeConfig } from '@caudal/runtime';
import { virtualClock } from '@caudal/testkit';
import { addKey, type NewKey } from '../../src/access/api-keys.ts';
import { serveHttp } from '../../src/api/http.ts';
import { createOperations } from '../../src/operate/operations.ts';
import type { CorrectionRow, FindingRow, NewAlert } from '../../src/store/rows.ts';
import { openServices } from '../process/services.ts';
import { hour, minute, processed, raw, submission, t0, value } from '../store/rows.ts';

/** Two owners, each with a well of their own, and one well that is nobody's. */
export const owners = ['north', 'south', 'shared'] as const;

const wellOf = (owner: string) => `well-${owner}`;

/** A name that stands in everything of an owner, so that a leak can be seen in any answer. */
export const markOf = (owner: string) => `secret-of-${owner}`;

const data = (): DataFile => ({
  points: owners.map((owner) => ({
    id: wellOf(owner),
    name: `Well ${markOf(owner)}`,
    kind: 'well' as const,
    owner: markOf(owner),
    series: { flow: { intervalMinutes: 10 }, total: { intervalMinutes: 10 }, level: { intervalMinutes: 10 } },
  })),
  devices: owners.map((owner) => ({
    id: `logger-${owner}`,
    name: `Logger ${markOf(owner)}`,
    provider: 'tago',
    externalId: `ext-${markOf(owner)}`,
    credential: 'env:API_TEST_TAGO' as const,
  })),
  bindings: owners.flatMap((owner) =>
    ['flow', 'total', 'level'].map((variable) => ({
      device: `logger-${owner}`,
      variable,
      series: `${wellOf(owner)}/${variable}`,
    })),
  ),
  obligations: owners.map((owner) => ({
    id: `dga-${owner}`,
    target: 'dga',
    work: {
      code: `OB-${owner === 'north' ? '0101' : owner === 'south' ? '0202' : '0303'}-1`,
      settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:API_TEST_DGA' } },
    },
    standard: 'MAYOR',
    from: new Date(t0).toISOString(),
    members: {
      caudal: { series: `${wellOf(owner)}/flow` },
      totalizador: { series: `${wellOf(owner)}/total` },
      nivelFreaticoDelPozo: { series: `${wellOf(owner)}/level` },
    },
  })),
  people: [{ id: 'ana', name: 'Ana', addresses: {} }],
});

const workOf = (owner: string) => `OB-${owner === 'north' ? '0101' : owner === 'south' ? '0202' : '0303'}-1`;

const reportOf = (owner: string): Report => ({
  work: { code: workOf(owner), settings: {} },
  members: {},
  submissions: [{ id: `sub-${owner}-0`, slot: t0, values: { caudal: { value: '1.50', at: t0, flag: 1 } } }],
});

type Store = Awaited<ReturnType<typeof openServices>>['store'];

/** Something of every kind, of each owner. */
const fill = async ({ write }: Store): Promise<void> => {
  for (const owner of owners) {
    const point = wellOf(owner);
    const record = `raw-${owner}`;
    await write.appendRaw([
      raw(record, { instance: 'tago', envelope: { channel: 'pull', device: `logger-${owner}` } }),
    ]);
    const finding: FindingRow = {
      point,
      series: `${point}/flow`,
      rule: 'spike',
      ruleVersion: '1',
      about: 'quality',
      key: `SPIKE:flow:${t0}`,
      role: 'flow',
      from: t0,
      to: t0 + hour,
      code: 'SPIKE',
      flag: 3,
      status: 'final',
      detail: { owner: markOf(owner) },
    };
    const correction: CorrectionRow = {
      point,
      series: `${point}/flow`,
      rule: 'spike',
      ruleVersion: '1',
      key: `SPIKE:flow:${t0}`,
      role: 'flow',
      from: t0,
      to: t0 + hour,
      method: 'exclude',
      origin: 'adjusted',
      state: 'applied',
      because: markOf(owner),
    };
    const alert: NewAlert = {
      event: 'value.suspect',
      rule: 'SPIKE',
      subject: `${point}/flow`,
      point,
      severity: 'warning',
      openedAt: t0 + minute,
      facts: { owner: markOf(owner) },
    };
    await write.commitProcessed(
      processed({
        marks: [{ id: record, status: 'COMPLETED', readings: 3 }],
        values: ['flow', 'total', 'level'].flatMap((variable) =>
          Array.from({ length: 30 }, (_, index) =>
            value(t0 + index * 10 * minute, index * 1.5, {
              series: `${point}/${variable}`,
              raw: record,
              device: `logger-${owner}`,
              variable,
              flag: index === 3 ? 3 : 1,
              codes: index === 3 ? ['SPIKE'] : [],
              basis: `basis-${owner}`,
            }),
          ),
        ),
        findings: [finding],
        corrections: [correction],
        basis: [{ id: `basis-${owner}`, content: { owner: markOf(owner) } }],
        contacts: [{ device: `logger-${owner}`, at: t0 + 300 * minute }],
        unclaimed: [
          {
            instance: 'tago',
            device: `ext-${markOf(owner)}`,
            variable: `extra-${owner}`,
            count: 1,
            lastAt: t0,
            lastRaw: record,
          },
        ],
        alerts: [alert],
      }),
    );
    await write.expectSubmissions(
      Array.from({ length: 6 }, (_, index) =>
        submission(`sub-${owner}-${index}`, t0 + index * hour, { obligation: `dga-${owner}`, work: workOf(owner) }),
      ),
    );
    await write.changeSubmissions(
      [
        {
          id: `sub-${owner}-0`,
          epoch: 0,
          state: 'due',
          nextAt: t0,
          report: reportOf(owner),
          sources: [{ series: `${point}/flow`, at: t0, raw: record }],
          reason: markOf(owner),
        },
      ],
      [{ at: t0, actor: 'comply', act: markOf(owner), subject: `sub-${owner}-0`, hash: null }],
    );
  }
  await write.changeAlerts({
    open: [
      {
        event: 'system',
        rule: 'collect.auth',
        subject: 'provider:tago',
        point: null,
        severity: 'critical',
        openedAt: t0,
        facts: { reason: 'the system itself' },
      },
    ],
    close: [],
  });
};

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when it is no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are checked against their schema elsewhere
  readonly json: any;
}

/** A server over a filled store, without the stages: what is asked is all that happens. */
export const openServed = async (changed: Partial<RuntimeConfig> = {}, filled = true) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-api-'));
  const clock = virtualClock(t0 + 24 * hour);
  process.env['API_TEST_TAGO'] = 'tago-token-abcdefgh';
  process.env['API_TEST_DGA'] = 'dga-password-abcdefgh';
  const services = await openServices(folder, data(), clock, {
    providers: { tago: tago({ baseUrl: 'http://127.0.0.1:9' }), manual: manual({}) },
    targets: { dga: dga({ rutEmpresa: '77555666-8', baseUrl: 'http://127.0.0.1:9' }) },
    ...changed,
    http: { port: 0, requestsPerMinute: 1_000_000, logInsPerMinute: 1_000_000, ...changed.http },
  });
  if (filled) await fill(services.store);
  const served = await serveHttp(services, createOperations(services), join(folder, 'caudal.db'));
  const url = `${served.url as string}/api/v1`;
  return {
    folder,
    clock,
    services,
    root: served.url as string,
    url,
    async key(input: Omit<NewKey, 'name'>): Promise<string> {
      return (await addKey(services, { name: 'test', ...input }, 'test')).token;
    },
    async ask(
      method: string,
      path: string,
      options: {
        readonly token?: string | undefined;
        readonly body?: unknown;
        readonly headers?: Readonly<Record<string, string>>;
      } = {},
    ): Promise<Asked> {
      const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
        method,
        headers: {
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const text = await answer.text();
      const type = answer.headers.get('content-type') ?? '';
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        json: /json(;|$)/.test(type) && !type.includes('ndjson') ? (JSON.parse(text) as unknown) : undefined,
      };
    },
    async close() {
      await served.close();
      await services.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type TestServed = Awaited<ReturnType<typeof openServed>>;
