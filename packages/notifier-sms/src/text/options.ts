import type { Host, Message } from '@caudal/core';
import { Type } from '@caudal/core';
import { compose, type Composed } from './compose.ts';

/** What every SMS notifier can be told about its texts. */
export const textProperties = {
  maxSegments: Type.Optional(
    Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 10,
      description:
        'Segments a text may cost: 160 characters each alone or 153 divided in GSM-7, 70 or 67 in UCS-2. A longer text is cut, with a mark, and keeps its link.',
    }),
  ),
  transliterate: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Whether letters that GSM-7 lacks (á, í, ó, ú, m³) are written without accent, where that makes the whole text GSM-7 and so cheaper.',
    }),
  ),
  facts: Type.Optional(
    Type.Boolean({
      default: false,
      description: "Whether the facts follow the text. The host's text tells them already.",
    }),
  ),
};

export interface TextConfig {
  readonly maxSegments: number;
  readonly transliterate: boolean;
  readonly facts: boolean;
}

/** The text of a message, with a line of log when something had to be left out. */
export const dress = (message: Message, config: TextConfig, host: Host): Composed => {
  const composed = compose(message, config);
  const { segments, encoding, linkLeftOut } = composed;
  if (composed.cut) {
    host.log.warn(
      { event: message.event, segments, encoding, linkLeftOut },
      linkLeftOut ? 'a text was cut, and its link did not fit' : 'a text was cut',
    );
  }
  return composed;
};
