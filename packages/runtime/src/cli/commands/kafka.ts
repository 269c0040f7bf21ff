import type { KafkaStatus } from '../../operate/kafka.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const status = async ({ values, out }: Invocation): Promise<number> => {
  const found = await ask<KafkaStatus>(values['config'] as string, 'kafkaStatus', {});
  if (values['json'] === true) out(JSON.stringify(found));
  else {
    const { topic, down, stalled, partitions, dead } = found;
    const behind = partitions.reduce((sum, one) => sum + one.behind, 0);
    out(`${topic}: ${partitions.length} partitions, ${behind} records wait to be stored, ${dead} set aside`);
    if (down !== null) out(`it takes no records: ${down}`);
    for (const why of stalled) out(why);
    for (const one of partitions)
      if (one.behind > 0)
        out(`${String(one.partition).padStart(4)}  ${one.behind} wait  ${one.holder ?? 'stored by nobody yet'}`);
  }
  return found.down === null && found.stalled.length === 0 ? exitCodes.ok : exitCodes.failed;
};

const requeue = async ({ values, out }: Invocation): Promise<number> => {
  const because = requiredOption('because', values['because']);
  const { requeued } = await ask<{ requeued: number }>(values['config'] as string, 'kafkaRequeue', { because });
  out(`${requeued} requeued`);
  return exitCodes.ok;
};

const acts: Readonly<Record<string, (of: Invocation) => Promise<number>>> = { status, requeue };

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || invocation.words.length !== 1) {
    invocation.err('caudal kafka: status or requeue.');
    return exitCodes.usage;
  }
  return act(invocation);
};
