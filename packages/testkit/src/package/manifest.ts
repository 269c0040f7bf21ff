import { existsSync, readFileSync } from 'node:fs';

type Conditions = string | Readonly<Record<string, unknown>>;

/** What the checks of a package read of its package.json. */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly files?: readonly string[];
  readonly keywords?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Conditions>>;
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, Conditions>> };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** What a catalogue reads without running anything. */
  readonly caudal?: { readonly plugins?: readonly Readonly<Record<string, unknown>>[] };
}

/** A package on disk. */
export interface PackageSubject {
  readonly manifest: PackageManifest;
  /** The text of a file beside package.json; undefined where there is none. */
  file(this: void, name: string): string | undefined;
}

/** The package in `folder`. */
export const packageIn = (folder: URL): PackageSubject => {
  const at = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const file = (name: string) => {
    const path = new URL(name, at);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const text = file('package.json');
  if (text === undefined) throw new Error(`there is no package.json in ${at.pathname}`);
  return { manifest: JSON.parse(text) as PackageManifest, file };
};

/** The entries as the world sees them once the package is published. */
export const publishedEntries = ({ exports, publishConfig }: PackageManifest) =>
  publishConfig?.exports ?? exports ?? {};
