import type { Said } from '@caudal/core';
import type { DataSource } from './load-data.ts';
import type { Mistake } from './mistake.ts';
import { pathText, type Steps } from './property-path.ts';

/** A value and where it stands: in a data file, or, without a source, in the configuration. */
export interface Place {
  readonly source?: DataSource;
  readonly steps: Steps;
}

/** A reference to a secret that the configuration or its data name. Holds the reference, never the secret. */
export interface SecretUse {
  readonly reference: string;
  readonly path: string;
  readonly file: string;
}

/** Collects what the checks find. */
export interface Report {
  readonly mistakes: readonly Mistake[];
  readonly secrets: readonly SecretUse[];
  error(place: Place, inside: Steps, said: Said): void;
  warning(place: Place, inside: Steps, said: Said): void;
  secret(place: Place, inside: Steps, reference: string): void;
  /** `file:line`, to point from one mistake to another place. */
  where(place: Place): string;
}

/** @param configFile what mistakes of the configuration itself carry as their file */
export const createReport = (configFile: string): Report => {
  const mistakes = new Map<string, Mistake>();
  const secrets: SecretUse[] = [];
  const named = ({ source, steps }: Place, inside: Steps = []) => {
    const all = [...steps, ...inside];
    const name = source?.name?.(all) ?? { file: source?.file ?? configFile, steps: all };
    return { file: name.file, path: pathText(name.steps), position: source?.locate(all) };
  };
  const add = (place: Place, inside: Steps, said: Said, severity: Mistake['severity']) => {
    const { file, path, position } = named(place, inside);
    mistakes.set(`${file} ${path} ${said.message}`, { file, ...position, path, ...said, severity });
  };
  return {
    get mistakes() {
      return [...mistakes.values()];
    },
    secrets,
    error: (place, inside, said) => add(place, inside, said, 'error'),
    warning: (place, inside, said) => add(place, inside, said, 'warning'),
    secret: (place, inside, reference) => {
      const { file, path } = named(place, inside);
      secrets.push({ reference, file, path });
    },
    where: (place) => {
      const { file, path, position } = named(place);
      if (place.source === undefined) return path;
      return position === undefined ? file : `${file}:${position.line}`;
    },
  };
};
