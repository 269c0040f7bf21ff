import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
  devDependencies: Record<string, string>;
};

export const { version } = manifest;

/** The range in which a generated project takes one of our packages: from the version it was made with. */
export const rangeOf = (name: string): string => {
  const built = manifest.devDependencies[name] ?? 'workspace:*';
  // Only inside the workspace of Caudal itself is there no version yet.
  return built.startsWith('workspace:') ? '>=0.1.0' : `^${built}`;
};
