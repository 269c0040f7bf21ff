import { join, resolve } from 'node:path';
import { CaudalError, type DecodeContext, isCaudalError, type RawInput, type Reading, type Window } from '@caudal/core';
import type * as Testkit from '@caudal/testkit';
import { refOf } from '../../collect/read.ts';
import type { OpenProvider } from './open-provider.ts';

export interface Recording {
  readonly device: string;
  readonly name: string;
  /** Folder that gets the case folders. */
  readonly into: string;
  /** Absent: the latest values. */
  readonly window: Window | undefined;
  readonly why: string | undefined;
}

/** Pages that one recording takes at most. */
const mostPages = 20;

const loadTestkit = async (): Promise<typeof Testkit> => {
  try {
    return await import('@caudal/testkit');
  } catch (cause) {
    throw new CaudalError('config', 'recording needs @caudal/testkit: npm install --save-dev @caudal/testkit', {
      sent: 'no',
      cause,
    });
  }
};

const iso = (instant: number) => new Date(instant).toISOString();

const written = ({ at, vendorAt, ...rest }: Reading) => ({
  ...rest,
  at: iso(at),
  ...(vendorAt !== undefined && { vendorAt: iso(vendorAt) }),
});

/** What `decode` makes of a body now: what the case expects until a person says otherwise. */
const expectedOf = (
  { provider, redact }: OpenProvider,
  input: RawInput,
  receivedAt: number,
  context: DecodeContext,
) => {
  try {
    const { readings, problems } = provider.instance.decode({ ...input, id: 'recorded', receivedAt }, context);
    return {
      readings: readings.map(written),
      ...(problems.length > 0 && { problems: problems.map(({ reason }) => redact.text(reason)) }),
    };
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    return { error: { kind: thrown.kind } };
  }
};

/**
 * Asks the vendor once, page by page, and writes each answer as a case folder of act `decode`: the body with every secret replaced,
 * what was asked, and the readings that come out of it today.
 *
 * @returns the folders, in the order of the answers
 */
export const recordCases = async (open: OpenProvider, recording: Recording, signal: AbortSignal): Promise<string[]> => {
  const { provider, domain, host } = open;
  const device = domain.devices.get(recording.device);
  if (device === undefined || device.provider !== provider.name)
    throw new CaudalError('config', `${provider.name} has no device ${recording.device}`, { sent: 'no' });
  const { pull } = provider.capabilities;
  if (pull === undefined || provider.instance.pull === undefined)
    throw new CaudalError('unsupported', `${provider.name} can not be asked for data`, { sent: 'no' });
  const { writeCase } = await loadTestkit();
  const asked = refOf(device, device.wanted.slice(0, pull.maxVariables ?? device.wanted.length));
  const context: DecodeContext = {
    settings: (externalId) => (externalId === device.externalId ? (device.settings ?? {}) : undefined),
    externalId: (id) => (id === device.id ? device.externalId : undefined),
  };
  const folders: string[] = [];
  let page: Parameters<NonNullable<typeof provider.instance.pull>>[0]['page'];
  for (let count = 0; count < mostPages; count += 1) {
    const answer = await provider.instance.pull({
      devices: [asked],
      ...(recording.window !== undefined && { window: recording.window }),
      limit: pull.maxLimit,
      ...(page !== undefined && { page }),
      signal,
    });
    for (const record of answer.records) {
      const folder = join(
        recording.into,
        folders.length === 0 ? recording.name : `${recording.name}-${folders.length + 1}`,
      );
      const receivedAt = host.clock.now();
      writeCase(
        resolve(folder),
        {
          given: {
            act: 'decode',
            why: recording.why ?? 'Say here why this body is worth keeping.',
            origin: `Recorded from the vendor on ${iso(receivedAt).slice(0, 10)}.`,
            config: open.config as Record<string, unknown>,
            devices: [
              {
                id: device.id,
                externalId: device.externalId,
                ...(device.credential !== undefined && { credential: device.credential }),
                settings: device.settings ?? {},
                variables: asked.variables.map(({ name }) => name),
              },
            ],
            record: { file: 'body', receivedAt: iso(receivedAt), envelope: record.envelope },
          } as Testkit.AnyCase,
          files: new Map([['body', record.body]]),
          expected: expectedOf(open, record, receivedAt, context),
        },
        open.secrets,
      );
      folders.push(folder);
    }
    page = answer.page;
    if (page === undefined) break;
  }
  return folders;
};
