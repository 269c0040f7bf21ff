import { closedObject, DataFile, type JsonSchema, type TSchema, Type } from '@caudal/core';
import { saidOf } from '../../config/mistake.ts';
import { type KeptKind, keptKinds, type KeptPut } from '../../kept/index.ts';
import { paging } from '../page.ts';
import { mistakePlace, placeOf } from '../mistake-places.ts';
import { notFound, refusalOf } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import {
  Anything,
  At,
  Because,
  IdText,
  iso,
  isoOrNull,
  MaybeAt,
  NullableText,
  saidProperties,
  StoredId,
  By,
  MaybeBy,
} from '../schemas/parts.ts';
import { giveVersion, wantedVersion } from '../version.ts';
import type { Operations, ShownEntity } from '../../operate/operations.ts';

const tag = 'Data';

const Kind = Type.Enum([...keptKinds], { description: 'List of a data file.' });
const ofKind = closedObject({ kind: Kind });
const one = closedObject({ kind: Kind, id: StoredId });

const Content = Type.Record(Type.String(), Type.Unknown(), {
  description: 'As a data file has it; its schema is among those of /data-schemas.',
});

const EntityView = closedObject(
  {
    kind: Kind,
    id: Type.String(),
    content: Content,
    version: Type.String({ description: 'The ETag without its quotes.' }),
    origin: Type.Enum(['provisioned', 'kept'], {
      description: 'What is provisioned stands in a file and is read only.',
    }),
    place: Type.Union([Type.String(), Type.Null()], { description: 'Where in which file.' }),
    author: NullableText,
    by: MaybeBy,
    reason: NullableText,
    at: MaybeAt,
  },
  { title: 'Entity' },
);

const entityView = (entity: ShownEntity) => ({
  kind: entity.kind,
  id: entity.id,
  content: entity.content,
  version: entity.etag,
  origin: entity.origin,
  place: entity.place,
  author: entity.author,
  by: entity.by,
  reason: entity.reason,
  at: isoOrNull(entity.at),
});

const Schema = Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema.' });
const byName = <S extends TSchema>(of: S) => Type.Record(Type.String(), of, { description: 'By configured name.' });

const Plugins = closedObject(
  {
    providers: byName(
      closedObject({
        device: Schema,
        variable: Schema,
        mediaTypes: Type.Array(Type.String(), { description: 'What people may hand in.' }),
      }),
    ),
    targets: byName(
      closedObject({
        work: Schema,
        member: Schema,
        standards: Type.Array(Type.String()),
        parameters: Type.Union([Type.Array(Type.String()), Type.Null()], {
          description: 'Names of members; null where the regulator assigns them work by work.',
        }),
      }),
    ),
    notifiers: byName(closedObject({ address: Schema })),
    rules: byName(closedObject({ params: Schema })),
  },
  { description: 'What the configured plugins want of devices, works, members, addresses and points.' },
);

const schemas = route({
  id: 'dataSchemas',
  method: 'GET',
  path: '/data-schemas',
  tag,
  summary: 'The JSON Schema of each kind of data, for forms',
  needs: 'config:read',
  answer: closedObject(
    { kinds: Type.Record(Type.String(), Anything, { description: 'By kind.' }), plugins: Plugins },
    { title: 'DataSchemas' },
  ),
  run: async ({ services: { plugins } }) => ({
    kinds: Object.fromEntries(
      keptKinds.map((kind) => [kind, (DataFile.properties[kind] as unknown as { items: JsonSchema }).items]),
    ),
    plugins: {
      providers: Object.fromEntries(
        [...plugins.providers.values()].map(({ name, definition: { device, variable }, capabilities }) => [
          name,
          { device, variable, mediaTypes: capabilities.manual?.mediaTypes ?? [] },
        ]),
      ),
      targets: Object.fromEntries(
        [...plugins.targets.values()].map(({ name, definition: { work, member }, profile }) => [
          name,
          {
            work,
            member,
            standards: Object.keys(profile.standards),
            parameters: Object.values(profile.variants).some(({ assigned }) => assigned !== undefined)
              ? null
              : [...new Set(Object.values(profile.variants).flatMap(({ parameters }) => Object.keys(parameters)))],
          },
        ]),
      ),
      notifiers: Object.fromEntries(
        [...plugins.notifiers.values()].map(({ name, definition: { address } }) => [name, { address }]),
      ),
      rules: Object.fromEntries(plugins.rules.map(({ name, definition: { params } }) => [name, { params }])),
    },
  }),
});

const list = route({
  id: 'listData',
  method: 'GET',
  path: '/data/{kind}',
  tag,
  summary: 'Data of one kind, from files and kept here',
  needs: 'config:read',
  params: ofKind,
  query: closedObject({
    limit: paging.limit,
    cursor: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9_-]{1,2000}$', description: '`next` of the page before, in the same order.' }),
    ),
    text: Type.Optional(Type.String({ maxLength: 100, description: 'In the id or name.' })),
    point: Type.Optional(IdText('What belongs to this point.')),
    origin: Type.Optional(Type.Enum(['provisioned', 'kept'])),
    sort: Type.Optional(
      Type.String({
        pattern: '^-?[A-Za-z0-9_/]{1,100}$',
        description: 'Path into the content; - for the other way round.',
      }),
    ),
  }),
  answer: closedObject(
    {
      items: Type.Array(EntityView),
      next: NullableText,
      total: Type.Integer({ description: 'Of all pages.' }),
    },
    { title: 'Entities' },
  ),
  async run({ params, query, operations }) {
    const { cursor, ...rest } = query;
    const found = await operations.dataList({
      kind: params.kind,
      ...rest,
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    return { items: found.items.map(entityView), next: found.next, total: found.total };
  },
});

const get = route({
  id: 'getData',
  method: 'GET',
  path: '/data/{kind}/{id}',
  tag,
  summary: 'One thing of the data',
  needs: 'config:read',
  versioned: true,
  params: one,
  answer: EntityView,
  async run({ params, operations, reply }) {
    const entity = await operations.dataGet(params);
    if (entity === null) throw notFound('such thing of this kind');
    giveVersion(reply, entity.etag);
    return entityView(entity);
  },
});

const history = route({
  id: 'dataHistory',
  method: 'GET',
  path: '/data/{kind}/{id}/history',
  tag,
  summary: 'Its versions, newest first; what is provisioned has none',
  needs: 'config:read',
  params: one,
  query: closedObject({ limit: paging.limit }),
  answer: closedObject(
    {
      items: Type.Array(
        closedObject({
          version: Type.String(),
          content: Type.Union([Content, Type.Null()], { description: 'Null: removed.' }),
          author: Type.String(),
          by: By,
          reason: Type.String(),
          at: At,
        }),
      ),
    },
    { title: 'DataHistory' },
  ),
  async run({ params, query, operations }) {
    const rows = await operations.dataHistory({ ...params, limit: query.limit });
    if (rows.length === 0 && (await operations.dataGet(params)) === null) throw notFound('such thing of this kind');
    return { items: rows.map(({ etag, at, ...rest }) => ({ version: etag, at: iso(at), ...rest })) };
  },
});

/** Changes, with their mistakes named where they stand in the request. */
const changed = async (
  operations: Operations,
  input: { readonly changes: readonly KeptPut[]; readonly because: string },
  at: (index: number) => string,
): Promise<readonly ShownEntity[]> => {
  try {
    return await operations.dataChange(input);
  } catch (thrown) {
    throw refusalOf(thrown, new Map(input.changes.map((put, index) => placeOf(put, at(index))))) ?? thrown;
  }
};

const inContent = () => '/body/content';
const inChanges = (index: number) => `/body/changes/${index}/content`;

const add = route({
  id: 'addData',
  method: 'POST',
  path: '/data/{kind}',
  tag,
  summary: 'Keep a new thing',
  description: 'Judged with everything else, and in force when it is answered.',
  needs: 'config:write',
  status: 201,
  params: ofKind,
  body: closedObject({ id: StoredId, content: Content, because: Because }),
  answer: EntityView,
  async run({ params, body, operations, reply }) {
    const put = { kind: params.kind, id: body.id, content: body.content, expected: null };
    const [entity] = await changed(operations, { changes: [put], because: body.because }, inContent);
    if (entity === undefined) throw notFound('such thing of this kind');
    giveVersion(reply, entity.etag);
    return entityView(entity);
  },
});

const put = route({
  id: 'putData',
  method: 'PUT',
  path: '/data/{kind}/{id}',
  tag,
  summary: 'Change a thing',
  needs: 'config:write',
  versioned: true,
  params: one,
  body: closedObject({ content: Content, because: Because }),
  answer: EntityView,
  async run({ params, body, operations, request, reply }) {
    const expected = wantedVersion(request);
    const changes = [{ ...params, content: body.content, expected }];
    const [entity] = await changed(operations, { changes, because: body.because }, inContent);
    if (entity === undefined) throw notFound('such thing of this kind');
    giveVersion(reply, entity.etag);
    return entityView(entity);
  },
});

const remove = route({
  id: 'removeData',
  method: 'DELETE',
  path: '/data/{kind}/{id}',
  tag,
  summary: 'Remove a thing; what others refer to stays',
  needs: 'config:write',
  versioned: true,
  params: one,
  query: closedObject({ because: Because }),
  async run({ params, query, operations, request }) {
    const changes = [{ ...params, content: null, expected: wantedVersion(request) }];
    await operations.dataChange({ changes, because: query.because });
    return undefined;
  },
});

const Change = closedObject({
  kind: Kind,
  id: StoredId,
  content: Type.Union([Content, Type.Null()], { description: 'Null removes it.' }),
  expected: Type.Optional(
    Type.Union([Type.String({ maxLength: 80 }), Type.Null()], {
      description: 'Version it must have now; null: it must not be there; absent: whatever stands there.',
    }),
  ),
});
const Changes = Type.Array(Change, { minItems: 1, maxItems: 20_000 });

const putsOf = (
  changes: readonly { kind: KeptKind; id: string; content: KeptPut['content']; expected?: string | null }[],
) => changes.map(({ expected, ...rest }): KeptPut => ({ ...rest, ...(expected === undefined ? {} : { expected }) }));

const MistakeView = closedObject({
  place: Type.String(),
  path: Type.String(),
  pointer: Type.String({
    description: 'Where it stands in the request; where in the data, for one that stands elsewhere.',
  }),
  ...saidProperties,
  severity: Type.Enum(['error', 'warning']),
});

const preview = route({
  id: 'previewData',
  method: 'POST',
  path: '/data-preview',
  tag,
  summary: 'What changes would do, and every mistake they bring; writes nothing',
  needs: 'config:read',
  once: true,
  large: true,
  body: closedObject({ changes: Changes }),
  answer: closedObject(
    {
      mistakes: Type.Array(MistakeView),
      reopened: Type.Array(closedObject({ point: Type.String(), from: MaybeAt, reason: Type.String() }), {
        description: 'Points whose values would be judged again.',
      }),
      redecoded: Type.Array(Type.String(), { description: 'Devices whose records would be decoded again.' }),
    },
    { title: 'DataPreview' },
  ),
  async run({ body, operations }) {
    const changes = putsOf(body.changes);
    const places = new Map(changes.map((put, index) => placeOf(put, inChanges(index))));
    const found = await operations.dataPreview({ changes });
    return {
      mistakes: found.mistakes.map(({ file, line, path, severity, ...said }) => ({
        place: line === undefined ? file : `${file}:${line}`,
        path,
        pointer: mistakePlace({ file, path }, places),
        ...saidOf(said),
        severity,
      })),
      reopened: found.reopened.map(({ point, from, reason }) => ({ point, from: isoOrNull(from), reason })),
      redecoded: [...new Set(found.redecode.map(({ device }) => device))],
    };
  },
});

const changeAll = route({
  id: 'changeData',
  method: 'POST',
  path: '/data-changes',
  tag,
  summary: 'Several changes, all of them or none',
  needs: 'config:write',
  large: true,
  body: closedObject({ changes: Changes, because: Because }),
  answer: closedObject({ items: Type.Array(EntityView) }, { title: 'DataChanged' }),
  async run({ body, operations }) {
    const input = { changes: putsOf(body.changes), because: body.because };
    return { items: (await changed(operations, input, inChanges)).map(entityView) };
  },
});

const secretName = closedObject({ name: IdText('Name of the secret; used as store:name.') });

const secrets = route({
  id: 'listSecrets',
  method: 'GET',
  path: '/secrets',
  tag,
  summary: 'Names of stored secrets, never their values',
  needs: 'config:read',
  answer: closedObject(
    {
      items: Type.Array(
        closedObject({
          name: Type.String(),
          version: Type.Integer(),
          keyId: Type.String({ description: 'Which key encrypts it.' }),
          author: Type.String(),
          by: By,
          at: At,
        }),
      ),
    },
    { title: 'Secrets' },
  ),
  run: async ({ operations }) => ({
    items: (await operations.secretList()).map(({ name, version, keyId, author, by, at }) => ({
      name,
      version,
      keyId,
      author,
      by,
      at: iso(at),
    })),
  }),
});

const putSecret = route({
  id: 'putSecret',
  method: 'PUT',
  path: '/secrets/{name}',
  tag,
  summary: 'Keep a secret, encrypted; it is never shown again',
  needs: 'config:write',
  once: true,
  params: secretName,
  body: closedObject({ value: Type.String({ minLength: 1, maxLength: 16_384, description: 'The secret itself.' }) }),
  async run({ params, body, operations }) {
    await operations.secretPut({ name: params.name, value: body.value });
    return undefined;
  },
});

const removeSecret = route({
  id: 'removeSecret',
  method: 'DELETE',
  path: '/secrets/{name}',
  tag,
  summary: 'Remove a secret that nothing uses',
  needs: 'config:write',
  params: secretName,
  async run({ params, operations }) {
    if (!(await operations.secretList()).some(({ name }) => name === params.name)) throw notFound('such secret');
    await operations.secretRemove({ name: params.name });
    return undefined;
  },
});

const switchProvider = route({
  id: 'switchProvider',
  method: 'POST',
  path: '/providers/{name}/mode',
  tag,
  summary: 'Switch a provider instance on, off, or into testing: read and shown, never reported',
  needs: 'config:write',
  params: closedObject({ name: IdText('Provider instance.') }),
  body: closedObject({ mode: Type.Enum(['on', 'off', 'testing']), because: Because }),
  answer: closedObject({ mode: Type.String(), changed: Type.Boolean() }, { title: 'ProviderSwitched' }),
  async run({ params, body, operations, services }) {
    if (!services.plugins.providers.has(params.name)) throw notFound('such provider');
    return operations.switchProvider({ instance: params.name, ...body });
  },
});

export const dataRoutes: readonly Route[] = [
  schemas,
  list,
  get,
  history,
  add,
  put,
  remove,
  preview,
  changeAll,
  secrets,
  putSecret,
  removeSecret,
  switchProvider,
];
