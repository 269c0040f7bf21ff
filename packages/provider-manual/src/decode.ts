import type { DecodeContext, Decoded, RawRecord } from '@caudal/core';
import { createCollector } from './collector.ts';
import type { ManualConfig, ManualDeviceSettings } from './config.ts';
import { readCsv } from './csv.ts';
import { nothingIn } from './nothing.ts';
import { textOf } from './text.ts';
import { readTyped } from './typed.ts';

const isJson = ({ envelope: { contentType } }: RawRecord): boolean =>
  /^application\/json\s*(;|$)/i.test((contentType ?? '').trim());

/**
 * Readings of a file or of typed readings, by the media type under which they were handed in. Nothing is guessed: what is no number has no
 * value, `NOT_A_NUMBER`; a sentinel and a row that its quality calls bad have none, `SENTINEL`; `raw` is the cell as it was written.
 *
 * @throws CaudalError kind `invalid-data` when nothing of the body can be read, or it is larger than configured
 */
export const decodeManual = (
  record: RawRecord,
  context: DecodeContext<ManualDeviceSettings>,
  config: ManualConfig,
): Decoded => {
  const maxBytes = config.maxBytes ?? 8_388_608;
  if (record.body.byteLength > maxBytes) return nothingIn(`the body is larger than ${maxBytes} bytes`);
  const collector = createCollector(record, context);
  if (isJson(record)) readTyped(record.body, config, collector);
  else readCsv(textOf(record.body, config.encoding), config, collector);
  return collector.done();
};
