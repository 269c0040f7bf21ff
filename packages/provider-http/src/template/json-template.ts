import type { Json } from '@caudal/core';
import type { At } from '../refuse.ts';
import { pointerTo } from './pointer.ts';
import { compileTemplate, type Placeholder, type TemplateRules } from './template.ts';
import type { Values } from './values.ts';

/** JSON with placeholders in its texts. */
export interface JsonTemplate {
  readonly placeholders: readonly Placeholder[];
  /** What has no value is left out of objects and lists. */
  render(values: Values): Json | undefined;
}

/**
 * A text that is one placeholder and nothing else becomes what it stands for: `"{limit}"` a number, `"{variables}"` a list.
 * Keys are as written.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const compileJson = (value: unknown, rules: TemplateRules, at: At): JsonTemplate => {
  if (typeof value === 'string') {
    const template = compileTemplate(value, rules, at);
    const [only, ...more] = template.parts;
    if (typeof only === 'object' && more.length === 0) {
      return { placeholders: template.placeholders, render: (values) => only.read(values) };
    }
    return { placeholders: template.placeholders, render: (values) => template.render(values) };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileJson(item, rules, pointerTo(at, String(index))));
    return {
      placeholders: items.flatMap(({ placeholders }) => placeholders),
      render: (values) => items.map((item) => item.render(values)).filter((item) => item !== undefined),
    };
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => ({
      key,
      item: compileJson(item, rules, pointerTo(at, key)),
    }));
    return {
      placeholders: members.flatMap(({ item }) => item.placeholders),
      render: (values) =>
        Object.fromEntries(
          members.flatMap(({ key, item }): [string, Json][] => {
            const rendered = item.render(values);
            return rendered === undefined ? [] : [[key, rendered]];
          }),
        ),
    };
  }
  return { placeholders: [], render: () => value as Json };
};
