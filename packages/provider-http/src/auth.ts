import { CaudalError, type SecretReference } from '@caudal/core';
import type { Auth, LoginAuth } from '@caudal/http';
import type { Placement } from './config/auth.ts';
import type { HttpConfig } from './config/config.ts';
import { type At, refuse } from './refuse.ts';
import { compileTemplate, type Template, type TemplateRules } from './template/template.ts';

/** Whose credential a request needs. */
export interface Owner {
  /** For messages. */
  readonly externalId?: string;
  /** That of the variable, or of the device. */
  readonly credential?: SecretReference | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A header whose value is a secret. */
export interface SecretHeader {
  readonly name: string;
  readonly prefix: string;
  readonly reference: SecretReference;
}

/** The credentials of one request, still by reference. */
export interface Placed {
  /** For the HTTP client; it takes one. */
  readonly auth: Auth | 'none';
  /** All other headers. */
  readonly headers: readonly SecretHeader[];
}

/** @throws CaudalError kind `config`, scope `device`, where a device has no credential and needs one */
export type Reference = (use: string, owner: Owner) => SecretReference;

export interface Credentials {
  readonly reference: Reference;
  placed(owner: Owner): Placed;
  readonly login: ((owner: Owner) => LoginAuth) | undefined;
  /** Whether anything asks for a credential of the device itself. */
  readonly perDevice: boolean;
}

const own = 'credential';

/** Resolves `use` of one place in the configuration. */
const compileUse = (use: string, secrets: HttpConfig['secrets'], at: At): ((owner: Owner) => SecretReference) => {
  if (use !== own) {
    const reference = secrets?.[use];
    return reference === undefined ? refuse(`${at}/use`, `there is no "${use}" in /secrets`) : () => reference;
  }
  return ({ credential, externalId }) => {
    if (credential !== undefined) return credential;
    throw new CaudalError('config', `device ${externalId ?? '(none)'} has no credential and the request needs it`, {
      sent: 'no',
      scope: 'device',
    });
  };
};

const rendered = (template: Template, owner: Owner, at: At): string =>
  template.render({ parameters: owner.parameters ?? {} }) ?? refuse(at, 'a parameter of the device is missing');

/** A field of a login or a user: one secret alone, or text without secrets. */
const compileField = (text: string, secrets: HttpConfig['secrets'], at: At) => {
  const rules: TemplateRules = {
    allowed: new Set(['secret', 'credential', 'parameter']),
    secrets: new Set(Object.keys(secrets ?? {})),
  };
  const template = compileTemplate(text, rules, at);
  const secret = template.placeholders.find((one) => one.secret !== undefined)?.secret;
  if (secret === undefined) return (owner: Owner) => rendered(template, owner, at);
  if (template.parts.length > 1) return refuse(at, 'a secret stands alone in a field');
  const reference = compileUse(secret, secrets, at);
  return (owner: Owner) => ({ secret: reference(owner) });
};

const compileLogin = (login: Extract<Placement, { type: 'login' }>, secrets: HttpConfig['secrets'], at: At) => {
  const fields = Object.entries(login.fields).map(
    ([name, text]) => [name, compileField(text, secrets, `${at}/fields/${name}`)] as const,
  );
  for (const [key, pointer] of Object.entries({ tokenAt: login.tokenAt, expiresInAt: login.expiresInAt }))
    if (pointer !== undefined && !pointer.startsWith('/')) refuse(`${at}/${key}`, 'a JSON pointer starts with /');
  return (owner: Owner): LoginAuth => ({
    type: 'login',
    path: login.path,
    fields: Object.fromEntries(fields.map(([name, field]) => [name, field(owner)])),
    token: login.tokenAt,
    ...(login.encoding === undefined ? {} : { encoding: login.encoding }),
    ...(login.expiresInAt === undefined ? {} : { expiresIn: login.expiresInAt }),
    ...(login.lifetimeMs === undefined ? {} : { lifetimeMs: login.lifetimeMs }),
    ...(login.header === undefined ? {} : { header: login.header }),
    ...(login.prefix === undefined ? {} : { prefix: login.prefix }),
  });
};

type Simple = Exclude<Placement, { type: 'login' }>;

const compilePlacement = (placement: Simple, secrets: HttpConfig['secrets'], at: At): ((owner: Owner) => Auth) => {
  const reference = compileUse(placement.use, secrets, at);
  switch (placement.type) {
    case 'header': {
      const { name, prefix } = placement;
      return (owner) => ({
        type: 'header',
        name,
        secret: reference(owner),
        ...(prefix === undefined ? {} : { prefix }),
      });
    }
    case 'query': {
      const { name } = placement;
      return (owner) => ({ type: 'query', name, secret: reference(owner) });
    }
    case 'path': {
      const { name = 'token' } = placement;
      return (owner) => ({ type: 'path', name, secret: reference(owner) });
    }
    case 'bearer':
      return (owner) => ({ type: 'bearer', secret: reference(owner) });
    case 'basic': {
      const user = compileField(placement.user, secrets, `${at}/user`);
      return (owner) => ({ type: 'basic', username: user(owner), password: reference(owner) });
    }
  }
};

/** @throws CaudalError kind `config` that names the place */
export const compileCredentials = (config: HttpConfig, at: At = ''): Credentials => {
  const { auth = [], secrets } = config;
  if (secrets !== undefined && own in secrets)
    refuse('/secrets/credential', 'this name stands for the credential of a device');
  const others = auth.flatMap((one, index) => (one.type === 'header' ? [] : [{ one, index }]));
  if (others.length > 1)
    refuse(
      `${at}/auth`,
      `besides headers one credential may be given, not ${others.map(({ one }) => one.type).join(' and ')}`,
    );
  const names = auth.flatMap((one) => (one.type === 'header' ? [one.name.toLowerCase()] : []));
  const carries = (type: string) => ['basic', 'bearer', 'login'].includes(type);
  const taken = others.find(({ one }) => carries(one.type))?.one;
  if (taken !== undefined)
    names.push((taken.type === 'login' ? (taken.header ?? 'authorization') : 'authorization').toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`${at}/auth`, `two credentials want the header ${twice}`);

  const compiled = auth.map((one, index) => {
    const place = `${at}/auth/${index}`;
    return one.type === 'login' ? compileLogin(one, secrets, place) : compilePlacement(one, secrets, place);
  });
  const main = others[0]?.index ?? (auth.length > 0 ? 0 : undefined);
  const login = auth.findIndex(({ type }) => type === 'login');
  return {
    perDevice: JSON.stringify(auth).includes(`"use":"${own}"`) || JSON.stringify(auth).includes('{credential}'),
    reference: (use, owner) => compileUse(use, secrets, '')(owner),
    login: login === -1 ? undefined : (owner) => compiled[login]?.(owner) as LoginAuth,
    placed: (owner) => ({
      auth: main === undefined ? 'none' : (compiled[main]?.(owner) ?? 'none'),
      headers: compiled.flatMap((place, index) => {
        if (index === main) return [];
        const { name, prefix = '', secret } = place(owner) as Extract<Auth, { type: 'header' }>;
        return [{ name, prefix, reference: secret }];
      }),
    }),
  };
};
