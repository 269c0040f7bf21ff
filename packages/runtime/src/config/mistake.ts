import { relative } from 'node:path';
import type { Said } from '@caudal/core';

/**
 * One thing that is wrong with a configuration or its data, and where, in one sentence that a person can act on. Holds no value that
 * could be a secret. Without a code it has a plugin's own words.
 */
export interface Mistake extends Said {
  /** The data file, or the configuration file. */
  readonly file: string;
  /** From 1. Data files have it; a TypeScript configuration is known by its properties alone. */
  readonly line?: number;
  /** From 1, in UTF-16 units. */
  readonly column?: number;
  /** Property path, for example `providers.tago.region` or `points[0].series.flow.unit`. Empty: the file itself. */
  readonly path: string;
  /** With an `error` nothing runs; a `warning` is worth a look. */
  readonly severity: 'error' | 'warning';
}

/** A mistake without its place: what is said of it. */
export const saidOf = ({ message, code, params }: Said): Said => ({
  message,
  ...(code === undefined ? {} : { code }),
  ...(params === undefined ? {} : { params }),
});

export const isError = ({ severity }: Mistake): boolean => severity === 'error';

/** `file:line:column path message`, as editors and terminals link it. @param folder that file names are shown relative to */
export const mistakeText = ({ file, line, column, path, message, severity }: Mistake, folder?: string): string => {
  const name = folder === undefined ? file : relative(folder, file) || file;
  const place = line === undefined ? name : `${name}:${line}:${column ?? 1}`;
  return [place, path, severity === 'warning' ? `warning: ${message}` : message]
    .filter((part) => part !== '')
    .join(' ');
};
