import type { CommandRow } from './command.ts';
import { authoring } from './rows/authoring.ts';
import { configuring } from './rows/configuring.ts';
import { keeping } from './rows/keeping.ts';
import { mending } from './rows/mending.ts';
import { proving } from './rows/proving.ts';
import { reporting } from './rows/reporting.ts';
import { starting } from './rows/starting.ts';
import { telling } from './rows/telling.ts';
import { upkeep } from './rows/upkeep.ts';
import { watching } from './rows/watching.ts';

/** Every command by name, in the order in which a newcomer needs them. */
export const commands: Readonly<Record<string, CommandRow>> = {
  ...starting,
  ...watching,
  ...configuring,
  ...reporting,
  ...telling,
  ...mending,
  ...keeping,
  ...proving,
  ...upkeep,
  ...authoring,
};
