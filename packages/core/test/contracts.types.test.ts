import { expectTypeOf, test } from 'vitest';
import {
  closedObject,
  type ComplianceInstance,
  configured,
  defineComplianceTarget,
  defineNotifier,
  defineProvider,
  defineRule,
  type DeviceRef,
  type NotifierInstance,
  open,
  type ProviderInstance,
  type RuleInstance,
  schemaOf,
  Type,
  type TypedSchema,
  type VariableKind,
  defaultUnit,
} from '@caudal/core';

const Config = schemaOf(closedObject({ url: Type.String(), every: Type.Optional(Type.Integer()) }));
interface Config {
  readonly url: string;
  readonly every?: number;
}

const provider = defineProvider({
  id: 'acme',
  version: '1.0.0',
  config: Config,
  device: schemaOf(closedObject({ channel: Type.Integer() })),
  variable: schemaOf(closedObject({ scale: Type.Number() })),
  capabilities: { limits: [], pull: { scope: 'device', by: 'time', range: true, maxLimit: 10 } },
  create: ({ config }) => {
    expectTypeOf(config).toEqualTypeOf<Config>();
    return {
      pull: async ({ devices, window }) => {
        expectTypeOf(devices).toEqualTypeOf<
          readonly DeviceRef<{ readonly channel: number }, { readonly scale: number }>[]
        >();
        expectTypeOf(window).toEqualTypeOf<{ readonly from: number; readonly to: number } | undefined>();
        expectTypeOf(devices[0]?.variables[0]?.settings).toEqualTypeOf<{ readonly scale: number } | undefined>();
        return { records: [] };
      },
      check: async ({ device }) => {
        expectTypeOf(device?.settings).toEqualTypeOf<{ readonly channel: number } | undefined>();
        return { ok: true, message: '' };
      },
      decode: (_, context) => {
        expectTypeOf(context.settings('x')).toEqualTypeOf<{ readonly channel: number } | undefined>();
        return { readings: [], problems: [] };
      },
    };
  },
});

const rule = defineRule({
  id: 'acme',
  version: '1.0.0',
  config: schemaOf(closedObject({})),
  params: schemaOf(closedObject({ max: Type.Number() })),
  roles: {},
  codes: {},
  create: () => ({
    open: (params) => {
      expectTypeOf(params).toEqualTypeOf<{ readonly max: number }>();
      const empty = { findings: [], corrections: [], withdrawn: [] };
      return { push: () => empty, advance: () => empty, save: () => null, load: () => {} };
    },
  }),
});

const target = defineComplianceTarget({
  id: 'acme',
  version: '1.0.0',
  config: Config,
  work: schemaOf(closedObject({ variant: Type.Enum(['a', 'b']) })),
  member: schemaOf(closedObject({ sensor: Type.String() })),
  profile: {
    regulator: 'Acme',
    utcOffsetMinutes: -240,
    variants: {},
    standards: {},
    naturalKey: ['work', 'slot'],
    duplicateMeans: 'received',
    readBack: false,
    resend: 'never',
    backlogSpacing: { ms: 0, per: 'work' },
    flags: { 1: 'send', 2: 'send', 3: 'hold', 4: 'hold', 9: 'missing' },
    completeness: 'all',
    submissionsPerRequest: 1,
  },
  create: ({ config }) => {
    expectTypeOf(config).toEqualTypeOf<Config>();
    return {
      validate: (report) => {
        expectTypeOf(report.work.settings).toEqualTypeOf<{ readonly variant: 'a' | 'b' }>();
        expectTypeOf(report.members['q']).toEqualTypeOf<{ readonly sensor: string } | undefined>();
        return [];
      },
      render: () => ({ method: 'POST', url: '', headers: {}, body: '', mediaType: '', slots: [] }),
      submit: async () => ({ outcomes: {}, answer: { status: 200, headers: {}, body: '' } }),
      check: async ({ work }) => {
        expectTypeOf(work?.settings).toEqualTypeOf<{ readonly variant: 'a' | 'b' } | undefined>();
        return { ok: true, message: '' };
      },
    };
  },
});

const notifier = defineNotifier({
  id: 'acme',
  version: '1.0.0',
  config: Config,
  address: schemaOf(closedObject({ phone: Type.String() })),
  capabilities: { channel: 'sms', attachments: false, idempotent: true },
  create: () => ({
    send: async ({ to }) => {
      expectTypeOf(to).toEqualTypeOf<{ readonly phone: string }>();
      return { externalId: to.phone };
    },
    check: async () => ({ ok: true, message: '' }),
  }),
});

test('config, device, variable, work, member, address and params are inferred from the schemas', () => {
  expectTypeOf(provider.device).toEqualTypeOf<TypedSchema<{ readonly channel: number }>>();
  expectTypeOf(provider.variable).toEqualTypeOf<TypedSchema<{ readonly scale: number }>>();
  expectTypeOf(rule.params).toEqualTypeOf<TypedSchema<{ readonly max: number }>>();
  expectTypeOf(target.work).toEqualTypeOf<TypedSchema<{ readonly variant: 'a' | 'b' }>>();
  expectTypeOf(target.member).toEqualTypeOf<TypedSchema<{ readonly sensor: string }>>();
  expectTypeOf(notifier.address).toEqualTypeOf<TypedSchema<{ readonly phone: string }>>();
});

test('a factory refuses keys that its schema does not know, and values of another type', () => {
  configured(provider, { url: 'x' });
  // @ts-expect-error -- a misspelt key
  configured(provider, { url: 'x', evry: 1 });
  // @ts-expect-error -- another type
  configured(provider, { url: 1 });
  // @ts-expect-error -- a missing key
  configured(provider, {});
});

test('open gives the instance of the kind that was opened', () => {
  const opened = {
    provider: () => open(configured(provider, { url: 'x' })),
    rule: () => open(configured(rule, {})),
    target: () => open(configured(target, { url: 'x' })),
    notifier: () => open(configured(notifier, { url: 'x' })),
  };
  expectTypeOf(opened.provider).returns.resolves.toEqualTypeOf<
    ProviderInstance<{ readonly channel: number }, { readonly scale: number }> & AsyncDisposable
  >();
  expectTypeOf(opened.rule).returns.resolves.toEqualTypeOf<RuleInstance<{ readonly max: number }> & AsyncDisposable>();
  expectTypeOf(opened.target).returns.resolves.toEqualTypeOf<
    ComplianceInstance<{ readonly variant: 'a' | 'b' }, { readonly sensor: string }> & AsyncDisposable
  >();
  expectTypeOf(opened.notifier).returns.resolves.toEqualTypeOf<
    NotifierInstance<{ readonly phone: string }> & AsyncDisposable
  >();
});

test('a custom variable has no default unit', () => {
  expectTypeOf(defaultUnit.level).toEqualTypeOf<string>();
  expectTypeOf(defaultUnit['custom' as VariableKind]).toEqualTypeOf<string | undefined>();
});
