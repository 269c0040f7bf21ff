import { type Attachment, CaudalError } from '@caudal/core';
import { cleanLine } from './clean.ts';

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * Attachments as a mail carries them. A name is a name, not a path, and a media type that is none becomes the general one.
 *
 * @throws CaudalError kind `invalid-data`, scope `item`, when all together are larger than `most` bytes
 */
export const attachmentsOf = (attachments: readonly Attachment[], most: number): MailAttachment[] => {
  const size = attachments.reduce((sum, { content }) => sum + content.byteLength, 0);
  if (size > most) {
    throw new CaudalError('invalid-data', `the attachments have ${size} bytes, and limits.attachmentBytes is ${most}`, {
      sent: 'no',
      scope: 'item',
    });
  }
  return attachments.map(({ name, mediaType, content }) => ({
    filename: cleanLine(name, 150).replaceAll(/[/\\]/g, '_') || 'attachment',
    contentType: /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream',
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  }));
};
