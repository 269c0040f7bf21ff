import { expect, onTestFinished, test } from 'vitest';
import { startSma, type SmaOptions as SimulatorOptions } from '@caudal/simulators';
import { fakeHost, virtualClock } from '@caudal/testkit';
import type { Outcome, Report } from '@caudal/core';
import { type Member, type SmaOptions, sma, type Work } from '../src/index.ts';
import {
  call,
  code,
  members,
  openSma,
  password,
  registered,
  reportOf,
  sampleHost,
  slot,
  submission,
  usuario,
  work,
} from './samples.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A regulator, a target that talks to it, and both on one clock. */
const desk = async (simulator: Partial<SimulatorOptions> = {}, options: SmaOptions = {}) => {
  const clock = virtualClock(slot + minute);
  const regulator = await startSma({
    clock,
    titulares: [{ usuario, password }],
    processes: [registered],
    ...simulator,
  });
  const host = sampleHost({ clock });
  const target = await openSma({ baseUrl: regulator.url, ...options }, host);
  onTestFinished(async () => {
    await target.close?.();
    await regulator.close();
  });
  const submit = async (report: Report<Work, Member> = reportOf()): Promise<Outcome | { readonly error: unknown }> => {
    try {
      const { outcomes } = await target.submit({
        ...call(),
        report,
        artifact: target.render(report),
        sendTime: clock.now(),
      });
      return outcomes[report.submissions[0]?.id ?? ''] as Outcome;
    } catch (error) {
      return { error };
    }
  };
  const at = (instant: number) => reportOf([submission(undefined, instant, `at-${instant}`)]);
  return { clock, regulator, host, target, submit, at, ledger: regulator.ledger };
};

test('E24 the set arrives as registered, is stored, and its number is the receipt', async () => {
  const { submit, ledger } = await desk();
  expect(await submit()).toEqual({ status: 'accepted', receipt: '9000001' });
  expect(ledger.records).toMatchObject([
    {
      process: code,
      stamp: '2026-05-17T14:05:00',
      values: [
        { nombre: 'Q', valor: '42.5' },
        { nombre: 'VA', valor: '42500' },
      ],
    },
  ]);
  expect(ledger.violations).toEqual([]);
});

test.each([200, 201] as const)('E24 %i is a success', async (successStatus) => {
  const { submit } = await desk({ successStatus, idVerificacion: 'string' });
  expect(await submit()).toEqual({ status: 'accepted', receipt: '9000001' });
});

test.each(['object', 'string', 'bare'] as const)('E24 a token as %s is understood', async (tokenForm) => {
  const { submit, ledger } = await desk({ tokenForm });
  expect(await submit()).toMatchObject({ status: 'accepted' });
  expect(ledger.violations).toEqual([]);
});

test('E24 one login serves many sends for 24 hours, and many at once', async () => {
  const { submit, at, ledger, clock } = await desk();
  await Promise.all(Array.from({ length: 10 }, (_, index) => submit(at(slot - index * minute))));
  expect(ledger.logins.accepted).toBe(1);
  await clock.advance(23 * hour);
  await submit(at(slot + hour));
  expect(ledger.logins.accepted).toBe(1);
  await clock.advance(hour);
  await submit(at(slot + 2 * hour));
  expect(ledger.logins.accepted).toBe(2);
  expect(ledger.violations).toEqual([]);
});

test('E24 an expired token is renewed once, and the set is sent once more', async () => {
  const { submit, at, ledger, regulator } = await desk();
  await submit();
  regulator.expireTokens();
  expect(await submit(at(slot - minute))).toMatchObject({ status: 'accepted' });
  expect(ledger.logins.accepted).toBe(2);
  expect(ledger.records).toHaveLength(2);
  expect(ledger.violations).toEqual([]);
});

test('E24 a token that is refused as soon as it was given ends in a refusal, and the login rests', async () => {
  const { submit, at, ledger, regulator } = await desk();
  regulator.behave({ auth: { always: 'void' } });
  expect(await submit()).toMatchObject({ status: 'rejected', until: 'next-permitted-day' });
  expect(await submit(at(slot - minute))).toMatchObject({ error: { kind: 'auth', sent: 'no', scope: 'credential' } });
  expect(ledger.logins.accepted).toBe(2);
});

test('E24 400 and 403 never log in again', async () => {
  const { submit, ledger, regulator } = await desk();
  const excess = { ...members, nivel: { dispositivoId: '12180', nombre: 'N', unidad: 'm' } };
  const report = reportOf([submission({ caudal: '1', volumen: '2', nivel: '3' })], { members: excess });
  expect(await submit(report)).toMatchObject({ status: 'rejected', until: 'configuration' });
  regulator.behave({ registros: { next: ['forbidden'] } });
  expect(await submit()).toMatchObject({ status: 'rejected', until: 'configuration' });
  expect(ledger.logins).toEqual({ accepted: 1, refused: 0 });
  expect(ledger.violations.map(({ kind }) => kind)).toEqual(['set']);
});

test('E24 a wrong password is tried once, however many sends wait for it', async () => {
  const { submit, at, ledger, regulator, clock } = await desk({ titulares: [{ usuario, password: 'another' }] });
  for (let index = 0; index < 20; index += 1)
    expect(await submit(at(slot - index * minute))).toMatchObject({
      error: { kind: 'auth', sent: 'no', scope: 'credential', credential: 'env:SMA_PASSWORD' },
    });
  expect(ledger.logins).toEqual({ accepted: 0, refused: 1 });
  regulator.enrol({ usuario, password });
  await clock.advance(15 * minute);
  expect(await submit()).toMatchObject({ status: 'accepted' });
  expect(ledger.violations).toEqual([]);
});

test('E24 a login that is called malformed rests like a refused one', async () => {
  const { submit, ledger, regulator } = await desk();
  regulator.behave({ auth: { next: ['status-400'] } });
  for (let times = 0; times < 3; times += 1)
    expect(await submit()).toMatchObject({ error: { kind: 'auth', sent: 'no', scope: 'credential' } });
  expect(ledger.requests).toHaveLength(1);
});

test('E24 a partial set is never rendered, and would be refused', async () => {
  const { target, submit, ledger } = await desk();
  const partial = reportOf([submission({ caudal: '1', volumen: null })]);
  expect(target.validate(partial)).toMatchObject([{ path: '/submissions/0/values/volumen', severity: 'error' }]);
  expect(() => target.render(partial)).toThrow(expect.objectContaining({ kind: 'invalid-data', sent: 'no' }));
  const { volumen: _left, ...less } = members;
  expect(await submit(reportOf([submission({ caudal: '1' })], { members: less }))).toMatchObject({
    until: 'configuration',
  });
  expect(ledger.records).toEqual([]);
});

test('E24 the credentials of another titular can not report a process', async () => {
  const { submit } = await desk({
    titulares: [
      { usuario, password },
      { usuario: 'other', password: 'other' },
    ],
    processes: [{ ...registered, titular: 'other' }],
  });
  expect(await submit()).toMatchObject({ status: 'rejected', until: 'configuration' });
});

test.each(['store-then-hang', 'hang'] as const)(
  'E1 %s is unknown: it throws, sent maybe, and was sent once',
  async (fault) => {
    const { submit, ledger, regulator, clock } = await desk();
    regulator.behave({ registros: { next: [fault] } });
    const sent = submit();
    await ledger.until(({ requests }) => requests.some(({ behaviour }) => behaviour === fault));
    await clock.advance(30_000);
    expect(await sent).toMatchObject({ error: { kind: 'timeout', sent: 'maybe' } });
    expect(ledger.requests.filter(({ process }) => process === code)).toHaveLength(1);
  },
);

test.each(['reset', 'store-then-reset', 'cut'] as const)('E1 %s is perhaps sent, and sent once', async (fault) => {
  const { submit, ledger, regulator } = await desk();
  regulator.behave({ registros: { next: [fault] } });
  expect(await submit()).toMatchObject({ error: { kind: 'transient', sent: 'maybe' } });
  expect(ledger.requests.filter(({ process }) => process === code)).toHaveLength(1);
});

test.each(['hang', 'reset', 'cut', 'html-502', 'html-200', 'status-500', 'rate-limit-7'] as const)(
  'E1 a login under %s sent no measurement',
  async (fault) => {
    const { submit, ledger, regulator, clock } = await desk();
    regulator.behave({ auth: { next: [fault] } });
    const sent = submit();
    await ledger.until(({ requests }) => requests.length === 1);
    if (fault === 'hang') await clock.advance(30_000);
    expect(await sent).toMatchObject({ error: { sent: 'no' } });
    expect(ledger.records).toEqual([]);
  },
);

test('E1, E3 a resend of what was stored is a second record where the SMA keeps both, and is never made by submit itself', async () => {
  const { submit, ledger, regulator } = await desk();
  regulator.behave({ registros: { next: ['store-then-reset'] } });
  await submit();
  expect(ledger.records).toHaveLength(1);
  await submit();
  expect(ledger.copies(code, '2026-05-17T14:05:00')).toHaveLength(2);
  expect(ledger.violations).toEqual([]);
});

test('E2 a duplicate is recognised where its words are configured', async () => {
  const { submit } = await desk(
    { duplicates: 'refuse' },
    { answers: [{ contains: 'ya existen datos', means: 'duplicate' }] },
  );
  await submit();
  expect(await submit()).toEqual({ status: 'duplicate' });
});

test('E4 a success without IdVerificacion is accepted without a receipt', async () => {
  const { submit, regulator } = await desk();
  regulator.behave({ registros: { next: ['no-id'] } });
  expect(await submit()).toEqual({ status: 'accepted' });
});

test.each(['html-200', 'html-502', 'status-500', 'status-503', 'rate-limit-9'] as const)(
  'E5, E20 %s is no success, is kept and goes again',
  async (fault) => {
    const { submit, regulator, ledger } = await desk();
    regulator.behave({ registros: { next: [fault] } });
    expect(await submit()).toMatchObject({ status: 'rejected', until: 'next-permitted-day' });
    expect(ledger.requests.filter(({ process }) => process === code)).toHaveLength(1);
  },
);

test('E12 civil time or UTC sent as GMT-4 would be seen: the stamp is never ahead of the clock', async () => {
  const { submit, at, ledger, clock } = await desk();
  await submit(at(clock.now()));
  expect(ledger.violations).toEqual([]);
});

test('E14 zero and negative readings go as read', async () => {
  const { submit, ledger } = await desk();
  await submit(reportOf([submission({ caudal: '-1.50', volumen: '0' })]));
  expect(ledger.records[0]?.values.map(({ valor }) => valor)).toEqual(['-1.50', '0']);
});

test('E15, E16 suspect readings go as read, failed ones are held, missing stays missing', () => {
  const { profile } = sma().definition;
  expect(profile.flags).toEqual({ 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' });
  expect(profile.completeness).toBe('all');
});

test('E17, E22 resend rules and limits are data of the profile', () => {
  expect(sma().definition.profile).toMatchObject({
    resend: 'immediately',
    resendUnknown: 'next-calendar-day',
    readBack: false,
    duplicateMeans: 'doubled',
    submissionsPerRequest: 1,
    utcOffsetMinutes: -240,
    standards: {
      MINUTO: { every: 'minute', maxLag: { ms: 168 * hour } },
      CADA_5_MINUTOS: { every: 'minute', step: 5 },
      HORA: { every: 'minute', step: 60 },
    },
  });
  expect(sma({ resendUnanswered: 'never', maxLagHours: 2 }).definition.profile).toMatchObject({
    resendUnknown: 'never',
    standards: { MINUTO: { maxLag: { ms: 2 * hour } } },
  });
});

test('E19 password and token are in no artifact, answer, reason, error or log', async () => {
  const { submit, host, target, regulator, ledger } = await desk();
  const shown: unknown[] = [target.render(reportOf()), await submit()];
  regulator.behave({ registros: { next: ['reset', 'expire', 'status-500'] } });
  for (let times = 0; times < 3; times += 1) shown.push(await submit());
  const text = JSON.stringify([shown.map((one) => (one instanceof Error ? String(one.cause) : one)), host.logs]);
  expect(text).not.toContain('titular-p');
  expect(text).not.toMatch(/eyJ[\w-]+\.eyJ/);
  expect(JSON.stringify(ledger.requests)).not.toContain('titular-p');
});

test('E19 no token leaves for an address that is not configured', async () => {
  const { target, ledger, clock } = await desk();
  const report = reportOf();
  const artifact = {
    ...target.render(report),
    url: 'https://elsewhere.example/api/v1/ufs/7511/procesos/5368/registros',
  };
  await expect(target.submit({ ...call(), report, artifact, sendTime: clock.now() })).rejects.toMatchObject({
    kind: 'config',
    sent: 'no',
  });
  expect(ledger.requests).toEqual([]);
});

test('E19, E23 a password that is not there concerns its titular alone', async () => {
  await using target = await openSma({}, fakeHost());
  const report = reportOf();
  await expect(
    target.submit({ ...call(), report, artifact: target.render(report), sendTime: 0 }),
  ).rejects.toMatchObject({
    kind: 'config',
    sent: 'no',
    scope: 'credential',
    credential: 'env:SMA_PASSWORD',
  });
});

test('E23 settings that are not complete are refused loudly', async () => {
  await using target = await openSma();
  const paths = (settings: object, own: object = members) =>
    target
      .validate(reportOf([submission()], { settings: settings as Work, members: own as typeof members }))
      .map(({ path }) => path);
  expect(paths({})).toContain('/work/settings/titular');
  expect(paths({ titular: { usuario: '' } })).toContain('/work/settings/titular/usuario');
  expect(paths(work, {})).toContain('/members');
  expect(paths(work, { caudal: { dispositivoId: '1', nombre: 'Q' } })).toContain('/members/caudal/unidad');
});

test('check logs in anew, says what it cannot know, and sends no measurement', async () => {
  const { target, ledger, regulator } = await desk();
  expect(await target.check({ ...call(), work: { code, settings: work } })).toMatchObject({ ok: true });
  regulator.enrol({ usuario, password: 'changed' });
  expect((await target.check({ ...call(), work: { code, settings: work } })).ok).toBe(false);
  expect((await target.check({ ...call(), work: { code: 'OB-1', settings: work } })).ok).toBe(false);
  expect((await target.check(call())).ok).toBe(true);
  expect(ledger.logins).toEqual({ accepted: 1, refused: 1 });
  expect(ledger.records).toEqual([]);
  await regulator.down();
  expect((await target.check({ ...call(), work: { code, settings: work } })).ok).toBe(false);
});
