import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaudalError, systemClock } from '@caudal/core';
import { demoConfig } from './config.ts';
import type { Addresses } from './world.ts';

/** The configuration of a demo that has ended, so that the `caudal` command can look into its database. */
const folder = process.env['CAUDAL_DEMO'];
if (folder === undefined)
  throw new CaudalError('config', 'CAUDAL_DEMO must name the folder that the demo printed', { sent: 'no' });

export default demoConfig(
  JSON.parse(readFileSync(join(folder, 'addresses.json'), 'utf8')) as Addresses,
  folder,
  systemClock,
);
