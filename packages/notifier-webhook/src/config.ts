import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

const Url = (description: string) => Type.String({ pattern: '^https?://[^/?#]', maxLength: 2048, description });

const Secrets = (description: string) => Type.Array(SecretRef, { minItems: 1, maxItems: 5, description });

const Config = closedObject({
  url: Type.Optional(Url('Where messages go whose address names no URL of its own.')),
  secrets: Type.Optional(
    Secrets(
      'Signing secrets (whsec_ and base64) for addresses without their own. Several during a rotation: each signs, and the receiver knows one.',
    ),
  ),
  headers: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }), Type.String({ maxLength: 1024 }), {
      default: {},
      maxProperties: 20,
      description: 'Sent with every request. Those of Standard Webhooks and the content type cannot be replaced.',
    }),
  ),
  secretHeader: Type.Optional(
    closedObject(
      {
        name: Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description: 'Its name, for example Authorization.' }),
        prefix: Type.Optional(Type.String({ description: 'Written before the secret, for example "Bearer ".' })),
        value: SecretRef,
      },
      {
        description:
          "A header with a secret, for a gateway in front of the receiver. Goes to `url` only, never to an address's own.",
      },
    ),
  ),
  allowHttp: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Whether http:// may be used beyond this machine. Messages are then readable on the way; signatures still hold.',
    }),
  ),
  allowHosts: Type.Optional(
    Type.Array(Type.String({ pattern: '^(\\*\\.)?[A-Za-z0-9.-]+$|^\\[[0-9A-Fa-f:.]+\\]$' }), {
      minItems: 1,
      maxItems: 1000,
      description: 'Hosts that addresses may name, exactly or as *.example.com. Default: any.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ default: 15_000, minimum: 1, description: 'How long one request may take, milliseconds.' }),
  ),
  maxPayloadBytes: Type.Optional(
    Type.Integer({
      default: 262_144,
      minimum: 1024,
      description: 'A larger payload is refused before it is sent, and says so; nothing is cut.',
    }),
  ),
});

export type WebhookOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type WebhookConfig = WebhookOptions &
  Required<Pick<WebhookOptions, 'headers' | 'allowHttp' | 'timeoutMs' | 'maxPayloadBytes'>>;

export const configSchema = schemaOf(Config);

const Address = closedObject({
  url: Type.Optional(Url("The receiver's URL; default the channel's.")),
  secrets: Type.Optional(Secrets("The receiver's signing secrets; with a url of its own they are required.")),
  recipient: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Written into the payload, so that one URL may serve many people.',
    }),
  ),
});

/** Where one person's messages are posted. */
export type WebhookAddress = Static<typeof Address>;

export const addressSchema = schemaOf(Address);
