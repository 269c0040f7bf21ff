import type { Message } from '@caudal/core';

/** Body of a webhook, as `payload.schema.json` of this package describes it. */
export interface WebhookPayload {
  /** Changes only when an existing receiver would have to change. */
  readonly version: 1;
  /** The event, for example `submission.rejected`. */
  readonly type: string;
  readonly data: Pick<Message, 'severity' | 'language' | 'title' | 'text' | 'facts' | 'link'> & {
    readonly recipient?: string;
    /** Named, not sent. */
    readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly bytes: number }[];
  };
}

/**
 * The same message gives the same payload, so that a repeated one is the same to the last byte. It holds no time: a message has
 * none, and when it was sent stands in `webhook-timestamp`.
 */
export const payloadOf = (message: Message, recipient: string | undefined): WebhookPayload => {
  const { event, severity, language, title, text, facts, link, attachments = [] } = message;
  return {
    version: 1,
    type: event,
    data: {
      severity,
      language,
      title,
      text,
      facts: facts.map(({ label, value }) => ({ label, value })),
      ...(link === undefined ? {} : { link }),
      ...(recipient === undefined ? {} : { recipient }),
      attachments: attachments.map(({ name, mediaType, content }) => ({ name, mediaType, bytes: content.byteLength })),
    },
  };
};
