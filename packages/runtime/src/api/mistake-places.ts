import { pointerFrom } from '../config/property-path.ts';
import type { Mistake } from '../config/mistake.ts';

/** Things that a request changes, as mistakes name them, and where each stands in its body. */
export type ChangedPlaces = ReadonlyMap<string, string>;

/** @param at pointer into the request, `/body/content` */
export const placeOf = ({ kind, id }: { readonly kind: string; readonly id: string }, at: string): [string, string] => [
  `kept ${kind}/${id}`,
  at,
];

/** Where in the request a mistake stands, as a JSON pointer; for one that stands elsewhere, where in the data. */
export const mistakePlace = ({ file, path }: Pick<Mistake, 'file' | 'path'>, places: ChangedPlaces): string => {
  const at = places.get(file);
  return at === undefined ? `${file} ${path}`.trim() : `${at}${pointerFrom(path)}`;
};
