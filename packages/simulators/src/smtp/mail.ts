import PostalMime from 'postal-mime';

/** A mail that the sink accepted. */
export interface Mail {
  /** UTC milliseconds of the clock. */
  readonly at: number;
  /** Addresses of the envelope, not of the header. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** By lower-case name; the last one where a name comes twice. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly filename: string | null;
    readonly mediaType: string;
    readonly text: string;
  }[];
  /** As received, byte for byte. */
  readonly raw: Buffer;
  /** The user who authenticated. */
  readonly user: string | undefined;
  readonly secure: boolean;
}

const asText = (content: ArrayBuffer | Uint8Array | string) =>
  typeof content === 'string'
    ? content
    : Buffer.from(content instanceof ArrayBuffer ? new Uint8Array(content) : content).toString('utf8');

export type Envelope = Pick<Mail, 'at' | 'from' | 'to' | 'user' | 'secure'>;

export const readMail = async (raw: Buffer, envelope: Envelope): Promise<Mail> => {
  const parsed = await PostalMime.parse(raw);
  return {
    ...envelope,
    subject: parsed.subject ?? '',
    text: parsed.text,
    html: parsed.html,
    headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key.toLowerCase(), value])),
    attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      mediaType: mimeType,
      text: asText(content),
    })),
    raw,
  };
};
