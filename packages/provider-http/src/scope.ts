import type { Pull } from './config/pull.ts';

type Covers = NonNullable<Pull['covers']>;

/** Placeholders of what a request covers. */
const subjects: { readonly [C in Covers]: readonly string[] } = {
  variable: ['device', 'variable', 'parameter', 'credential'],
  device: ['device', 'variables', 'parameter', 'credential'],
  provider: ['devices', 'variables'],
};

/** Placeholders of a page style. */
const steps: Readonly<Record<NonNullable<Pull['page']>['style'], readonly string[]>> = {
  none: [],
  time: [],
  offset: ['offset'],
  number: ['page'],
  cursor: ['cursor'],
};

/** What has a value in the requests of a pull. */
export const placeholdersOf = (covers: Covers, kind: 'latest' | 'range' | 'feed', pull: Pull): ReadonlySet<string> =>
  new Set([
    ...subjects[covers],
    'secret',
    'limit',
    ...(kind === 'range' ? ['from', 'to'] : []),
    ...(kind === 'latest' ? [] : steps[pull.page?.style ?? 'none']),
  ]);
