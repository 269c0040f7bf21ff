import type { HttpBody, HttpRequest, Query } from '@caudal/http';
import type { Body, Request } from './config/request.ts';
import { type At, refuse } from './refuse.ts';
import { compileJson } from './template/json-template.ts';
import { pointerTo } from './template/pointer.ts';
import { compileTemplate, type Placeholder, type Template, type TemplateRules } from './template/template.ts';
import type { Values } from './template/values.ts';

/** A request with its templates compiled. */
export interface CompiledRequest {
  readonly placeholders: readonly Placeholder[];
  /** Secrets that headers and body want: `credential` or names. */
  readonly secrets: readonly string[];
  has(name: string): boolean;
  render(values: Values): Omit<HttpRequest, 'signal' | 'auth'>;
}

interface Part<T> {
  readonly placeholders: readonly Placeholder[];
  render(values: Values): T | undefined;
}

const partOf = <T>(template: Template, wrap: (text: string) => T): Part<T> => ({
  placeholders: template.placeholders,
  render: (values) => {
    const text = template.render(values);
    return text === undefined ? undefined : wrap(text);
  },
});

/** One parameter for each variable, or device: the template is filled once for each. */
const eachPart = (text: string, rules: TemplateRules, at: At): Part<readonly string[]> => {
  const inner: TemplateRules = {
    ...rules,
    allowed: new Set([
      ...rules.allowed,
      ...(rules.allowed.has('variables') ? ['variable'] : []),
      ...(rules.allowed.has('devices') ? ['device'] : []),
    ]),
  };
  const template = compileTemplate(text, inner, at);
  const names = new Set(template.placeholders.map(({ name }) => name));
  const over = names.has('variable') ? 'variables' : names.has('device') ? 'devices' : undefined;
  if (over === undefined) return refuse(at, 'each needs {variable} or {device}');
  return {
    placeholders: template.placeholders.map((one) => (one.name === over.slice(0, -1) ? { ...one, name: over } : one)),
    render: (values) => {
      const list = values[over] ?? (over === 'variables' ? values.variable : values.device);
      if (list === undefined) return undefined;
      const filled = (typeof list === 'string' ? [list] : list).map((one) =>
        template.render({ ...values, ...(over === 'variables' ? { variable: one } : { device: one }) }),
      );
      return filled.filter((one) => one !== undefined);
    },
  };
};

const compileBody = (body: Body, rules: TemplateRules, at: At): Part<HttpBody> => {
  if ('json' in body) {
    const json = compileJson(body.json, rules, `${at}/json`);
    return { placeholders: json.placeholders, render: (values) => ({ json: json.render(values) ?? null }) };
  }
  if ('form' in body) {
    const fields = Object.entries(body.form).map(
      ([name, text]) => [name, compileTemplate(text, rules, pointerTo(`${at}/form`, name))] as const,
    );
    return {
      placeholders: fields.flatMap(([, { placeholders }]) => placeholders),
      render: (values) => ({
        form: Object.fromEntries(
          fields.flatMap(([name, template]): [string, string][] => {
            const text = template.render(values);
            return text === undefined ? [] : [[name, text]];
          }),
        ),
      }),
    };
  }
  const { mediaType } = body;
  return partOf(compileTemplate(body.text, rules, `${at}/text`), (content) => ({ content, mediaType }));
};

const withoutSecrets = (rules: TemplateRules): TemplateRules => ({
  ...rules,
  allowed: new Set([...rules.allowed].filter((name) => name !== 'secret' && name !== 'credential')),
});

/**
 * Compiles one request. Secrets may stand in headers and body only: an address is stored and shown, so a credential gets there by
 * `auth`, which hides it.
 *
 * @param pathCredential the placeholder that `auth` fills in the path
 * @throws CaudalError kind `config` that names the place
 */
export const compileRequest = (
  request: Request,
  given: Omit<TemplateRules, 'zone' | 'endInclusive' | 'widenMs'>,
  pathCredential: string | undefined,
  at: At,
): CompiledRequest => {
  const rules: TemplateRules = {
    ...given,
    ...(request.zone === undefined ? {} : { zone: request.zone }),
    endInclusive: request.end === 'inclusive',
    ...(request.widenMs === undefined ? {} : { widenMs: request.widenMs }),
  };
  const open = withoutSecrets(rules);
  if (/[?#]/.test(request.path)) refuse(`${at}/path`, 'parameters belong into query');
  const tokens: string[] = [];
  const pathText = request.path.replaceAll(/\{([^{}]*)\}/g, (whole, text: string) => {
    if (text === pathCredential) return '';
    tokens.push(text);
    return whole;
  });
  if (pathCredential !== undefined && !request.path.includes(`{${pathCredential}}`))
    refuse(`${at}/path`, `the credential goes into the path, but the path has no {${pathCredential}}`);
  const path = compileTemplate(pathText, open, `${at}/path`);
  const query = Object.entries(request.query ?? {}).map(
    ([name, value]): readonly [string, Part<string | readonly string[]>] => {
      const place = pointerTo(`${at}/query`, name);
      return [
        name,
        typeof value === 'string'
          ? partOf(compileTemplate(value, open, place), (text) => text)
          : eachPart(value.each, open, `${place}/each`),
      ];
    },
  );
  const headers = Object.entries(request.headers ?? {}).map(
    ([name, text]) => [name, compileTemplate(text, rules, pointerTo(`${at}/headers`, name))] as const,
  );
  const body = request.body === undefined ? undefined : compileBody(request.body, rules, `${at}/body`);
  if (body !== undefined && (request.method ?? 'GET') === 'GET') refuse(`${at}/body`, 'a GET has no body; set method');
  const placeholders = [
    ...path.placeholders,
    ...query.flatMap(([, part]) => part.placeholders),
    ...headers.flatMap(([, template]) => template.placeholders),
    ...(body?.placeholders ?? []),
  ];
  return {
    placeholders,
    secrets: [...new Set(placeholders.flatMap(({ secret }) => (secret === undefined ? [] : [secret])))],
    has: (name) => placeholders.some((one) => one.name === name),
    render: (values) => {
      const params: Record<string, string> = {};
      for (const placeholder of path.placeholders) {
        const value = placeholder.read(values);
        if (value !== undefined) params[placeholder.text] = typeof value === 'object' ? value.join(',') : String(value);
      }
      const filled: Record<string, string | readonly string[]> = {};
      for (const [name, part] of query) {
        const value = part.render(values);
        if (value !== undefined) filled[name] = value;
      }
      const sent = body?.render(values);
      return {
        method: request.method ?? 'GET',
        path: request.path,
        params,
        query: filled satisfies Query,
        headers: Object.fromEntries(
          headers.flatMap(([name, template]): [string, string][] => {
            const text = template.render(values);
            return text === undefined ? [] : [[name, text]];
          }),
        ),
        ...(sent === undefined ? {} : { body: sent }),
      };
    },
  };
};
