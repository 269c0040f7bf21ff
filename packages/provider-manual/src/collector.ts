import { createProblemList, type DecodeContext, type Decoded, type RawRecord, type Reading } from '@caudal/core';
import type { ManualDeviceSettings } from './config.ts';

/** Gathers what is found in a body. */
export interface Collector {
  /** The device of a part of the body that names `named` or none; a string in `refused` says why there is none. */
  deviceOf(named: string): { readonly device: string } | { readonly refused: string };
  settings(device: string): ManualDeviceSettings | undefined;
  add(reading: Reading): void;
  problem(at: string, reason: string): void;
  done(): Decoded;
}

export const createCollector = ({ envelope }: RawRecord, context: DecodeContext<ManualDeviceSettings>): Collector => {
  const readings: Reading[] = [];
  const problems = createProblemList('parts');
  const entered = envelope.device === undefined ? undefined : context.externalId(envelope.device);
  return {
    deviceOf: (named) => {
      const device = named === '' ? entered : named;
      if (device === undefined) return { refused: 'nothing names the device' };
      return entered === undefined || entered === device
        ? { device }
        : { refused: `it names device ${JSON.stringify(device)}, and was entered for ${JSON.stringify(entered)}` };
    },
    settings: (device) => context.settings(device),
    add: (reading) => readings.push(reading),
    problem: (at, reason) => problems.tell(reason, at),
    done: () => ({ readings, problems: problems.all() }),
  };
};
