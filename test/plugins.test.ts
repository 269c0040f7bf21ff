import { pathToFileURL } from 'node:url';
import { describe, test } from 'vitest';
import { packageConformance, registerConformance } from '../packages/testkit/src/index.ts';
import { packages } from './tree.ts';

/* Our own adapters are plugin packages like anybody's: the lint that vendors are given runs over them. */
for (const { folder, dir } of packages.filter((one) => /^(provider|compliance|notifier)-/.test(one.folder))) {
  registerConformance(packageConformance(pathToFileURL(dir)), {
    describe: (_name, body) => describe(folder, body),
    test,
  });
}
