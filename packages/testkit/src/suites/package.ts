import { packageChecks } from '../checks/package.ts';
import { type Suite, suiteOf } from '../conformance/suite.ts';
import { packageIn } from '../package/manifest.ts';

/**
 * The checks of a plugin's package: its package.json, README and licence, read from `folder` and not run.
 *
 * @example registerConformance(packageConformance(new URL('..', import.meta.url)), { describe, test })
 */
export const packageConformance = (
  folder: URL,
  options: {
    /** Reasons by check id. */
    readonly skip?: Readonly<Record<string, string>>;
  } = {},
): Suite => {
  const subject = packageIn(folder);
  const { name = '', version = '' } = subject.manifest;
  return suiteOf({ kind: 'package', plugin: { id: name, version } }, packageChecks, subject, options.skip);
};
