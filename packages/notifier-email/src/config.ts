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
});

export type EmailOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type EmailConfig = EmailOptions &
  Required<Pick<EmailOptions, 'port' | 'secure' | 'allowPlaintext' | 'timeoutMs' | 'maxConnections'>>;

export const configSchema = schemaOf(Config);

const Address = closedObject({
  email: Type.String({ pattern: `^${mailbox}$`, maxLength: 254, description: 'For example ana@example.com.' }),
});

/** Where one person gets mail. */
export type EmailAddress = Static<typeof Address>;

export const addressSchema = schemaOf(Address);
