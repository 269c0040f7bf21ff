import { readFileSync } from 'node:fs';
import { createHost, type Host, type Redactor, secretResolver, systemClock } from '@caudal/core';
import type { RuntimeConfig } from '../config/define.ts';
import type { RuntimeOptions } from '../config/options.ts';

/** What a command gives the plugins of a configuration that no runtime runs. Every secret it hands out is redacted. */
export const pluginHost = (config: RuntimeConfig, options: RuntimeOptions, redact: Redactor): Host => {
  const { proxy, caFile } = options.network;
  return createHost({
    clock: config.clock ?? systemClock,
    redact,
    secret: secretResolver((secret) => redact.add(secret), { literal: undefined }),
    network: {
      ...(proxy === undefined ? {} : { proxy }),
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
    },
  });
};
