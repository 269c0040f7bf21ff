import { CaudalError } from '@caudal/core';
import { type OpenProvider, withProvider } from '../author/open-provider.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { previewOf, previewText } from '../entry/preview.ts';
import { mediaTypeOf, readEntry } from '../entry/read-entry.ts';
import { requiredOption } from '../instant.ts';

interface Asked {
  readonly file: string;
  readonly device: string | undefined;
  readonly mediaType: string | undefined;
}

/** Reads the file and decodes it as the runtime will. */
const look = async (open: OpenProvider, { file, device, mediaType: said }: Asked) => {
  const { provider, domain, options, redact } = open;
  const { name, capabilities } = provider;
  if (device !== undefined && domain.devices.get(device)?.provider !== name) {
    const ids = [...domain.devices.values()].filter((one) => one.provider === name).map(({ id }) => id);
    throw new CaudalError('config', `${name} has no device ${device}; there are ${ids.join(', ') || 'none'}`, {
      sent: 'no',
    });
  }
  const mediaType = mediaTypeOf(file, said, capabilities.manual?.mediaTypes ?? []);
  const body = await readEntry(file, options.http.maxManualBytes);
  const preview = previewOf(open, { device, mediaType, body });
  return { instance: name, mediaType, body, preview, redact };
};

export const run = async ({ values, words, out, err }: Invocation): Promise<number> => {
  const [file, more] = words;
  if (file === undefined || more !== undefined) {
    err('caudal enter: say one file, or - for standard input.');
    return exitCodes.usage;
  }
  const config = values['config'] as string;
  const device = values['device'] as string | undefined;
  const entry =
    values['dry-run'] === true
      ? undefined
      : { author: requiredOption('author', values['author']), note: requiredOption('note', values['note']) };
  const asked = { file, device, mediaType: values['media-type'] as string | undefined };
  const { instance, mediaType, body, preview, redact } = await withProvider(
    config,
    values['instance'] as string | undefined,
    (open) => look(open, asked),
  );
  const json = values['json'] === true;
  if (!json) out(redact.text(previewText(preview)));
  const kept =
    entry === undefined || preview.readings === 0
      ? undefined
      : await ask<{ raw: string }>(config, 'enter', {
          instance,
          ...(device === undefined ? {} : { device }),
          mediaType,
          body: { base64: Buffer.from(body).toString('base64') },
          ...entry,
        });
  if (json) out(redact.text(JSON.stringify({ ...preview, ...kept })));
  else if (kept !== undefined) out(`kept as raw record ${kept.raw}`);
  if (preview.readings > 0) return exitCodes.ok;
  err('caudal enter: nothing could be read; nothing was kept.');
  return exitCodes.failed;
};
