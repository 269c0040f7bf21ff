/** What an instance may be told to do, in `roles`. */
export const roleNames = ['collect', 'process', 'comply', 'notify', 'publish', 'api'] as const;

export type Role = (typeof roleNames)[number];

/**
 * What one instance at a time does. Each has a claim of its own where several instances share a database. The heavy ones stand first: whoever
 * has more to do than another leaves those to it.
 */
export const parts = ['process', 'comply', 'collect', 'notify', 'publish', 'maintain'] as const;

export type Part = (typeof parts)[number];

/**
 * What an instance with these roles may do. Whoever does any work may also look after the whole.
 *
 * @param publishes whether it has an outlet: who has none leaves publishing to those who have
 */
export const partsOf = (roles: readonly Role[], publishes: boolean): readonly Part[] =>
  parts
    .filter((part) => part !== 'publish' || publishes)
    .filter((part) => (part === 'maintain' ? roles.some((role) => role !== 'api') : roles.includes(part)));
