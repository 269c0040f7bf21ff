import type { Entity } from '@caudal/client';

const words = (content: Entity['content'], ...keys: readonly string[]): string =>
  keys
    .map((key) => content[key])
    .filter((value) => typeof value === 'string')
    .join(' → ');

/** What people call a thing: its name, or what it joins. */
export const nameOf = ({ id, content }: Pick<Entity, 'id' | 'content'>): string =>
  words(content, 'name') || words(content, 'device', 'variable', 'series') || words(content, 'person', 'series') || id;
