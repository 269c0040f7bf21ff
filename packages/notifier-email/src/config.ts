import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

/** An address as SMTP takes it. Deliberately narrower than RFC 5322: no quotes, comments or groups. */
const mailbox = '[^\\s@<>(),;:"\\\\\\[\\]]+@[^\\s@<>(),;:"\\\\\\[\\]]+';

const Config = closedObject({
  host: Type.String({ minLength: 1, description: 'Name or address of the SMTP server.' }),
  port: Type.Optional(Type.Integer({ default: 587, minimum: 1, maximum: 65_535, description: 'Its port.' })),
  secure: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'TLS from the first byte, as on port 465. Otherwise the connection is raised to TLS with STARTTLS.',
    }),
  ),
  allowPlaintext: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Whether a server without STARTTLS may be used. Only for a relay on a network you trust.',
    }),
  ),
  user: Type.Optional(Type.String({ minLength: 1, description: 'Login name; together with password.' })),
  password: Type.Optional(SecretRef),
  from: Type.String({
    pattern: `^(${mailbox}|[^<>\\r\\n]*<${mailbox}>)$`,
    description: 'Sender, for example Caudal <alerts@example.com>.',
  }),
  replyTo: Type.Optional(
    Type.String({ pattern: `^${mailbox}$`, description: 'Where answers go; default the sender.' }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({
      default: 30_000,
      minimum: 1,
      description: 'How long connecting may take, and how long the server may be silent, milliseconds.',
    }),
  ),
  maxConnections: Type.Optional(
    Type.Integer({ default: 2, minimum: 1, maximum: 50, description: 'Connections kept to the server at most.' }),
  ),
  layout: Type.Optional(
    closedObject(
      {
        html: Type.Optional(
          Type.String({ minLength: 1, maxLength: 65_536, description: 'Replaces the HTML. Every value is escaped.' }),
        ),
        text: Type.Optional(Type.String({ minLength: 1, maxLength: 65_536, description: 'Replaces the plain text.' })),
      },
      { description: 'Templates with {{title}}, {{#facts}}{{label}}: {{value}}{{/facts}} and the like.' },
    ),
  ),
  words: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[a-z]{2,3}$' }),
      closedObject({
        info: Type.String({ minLength: 1, description: 'For severity info.' }),
        warning: Type.String({ minLength: 1, description: 'For severity warning.' }),
        critical: Type.String({ minLength: 1, description: 'For severity critical.' }),
        details: Type.String({ minLength: 1, description: "The link's text." }),
      }),
      { description: 'The words of this package by language, beside or instead of es and en.' },
    ),
  ),
  limits: Type.Optional(
    closedObject(
      {
        title: Type.Optional(Type.Integer({ default: 250, minimum: 20, maximum: 900, description: 'Of the title.' })),
        text: Type.Optional(Type.Integer({ default: 100_000, minimum: 1000, description: 'Of the text.' })),
        fact: Type.Optional(
          Type.Integer({ default: 2000, minimum: 20, description: 'Of the label and the value of a fact, each.' }),
        ),
        attachmentBytes: Type.Optional(
          Type.Integer({
            default: 10_485_760,
            minimum: 0,
            description: 'Of all attachments together. A message with more is refused before it is sent.',
          }),
        ),
      },
      { default: {}, description: 'Longest parts, in characters. What is longer is cut and ends in […].' },
    ),
  ),
  unsubscribe: Type.Optional(
    Type.Array(Type.String({ pattern: `^(https://[^\\s<>]+|mailto:${mailbox}(\\?[^\\s<>]*)?)$` }), {
      minItems: 1,
      maxItems: 2,
      description: 'Where somebody leaves, https:// or mailto:, for the header List-Unsubscribe.',
    }),
  ),
});

export type EmailOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type EmailConfig = EmailOptions &
  Required<Pick<EmailOptions, 'port' | 'secure' | 'allowPlaintext' | 'timeoutMs' | 'maxConnections'>> & {
    readonly limits: Required<NonNullable<EmailOptions['limits']>>;
  };

export const configSchema = schemaOf(Config);

const Address = closedObject({
  email: Type.String({ pattern: `^${mailbox}$`, maxLength: 254, description: 'For example ana@example.com.' }),
});

/** Where one person gets mail. */
export type EmailAddress = Static<typeof Address>;

export const addressSchema = schemaOf(Address);
