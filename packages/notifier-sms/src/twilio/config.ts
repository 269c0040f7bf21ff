import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { type TextConfig, textProperties } from '../text/options.ts';

const Config = closedObject({
  accountSid: Type.String({
    pattern: '^AC[0-9a-fA-F]{32}$',
    description: 'The account, AC and 32 hexadecimal digits.',
  }),
  authToken: Type.Optional(SecretRef),
  apiKey: Type.Optional(
    closedObject(
      {
        sid: Type.String({ pattern: '^SK[0-9a-fA-F]{32}$', description: 'The key, SK and 32 hexadecimal digits.' }),
        secret: SecretRef,
      },
      { description: 'Used for sending instead of the auth token.' },
    ),
  ),
  from: Type.Optional(
    Type.String({
      pattern: '^(\\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$',
      description: 'Sender: a number of the account in E.164, a short code or an alphanumeric sender.',
    }),
  ),
  messagingServiceSid: Type.Optional(
    Type.String({ pattern: '^MG[0-9a-fA-F]{32}$', description: 'Sender: a messaging service, instead of from.' }),
  ),
  validitySeconds: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 36_000,
      description: 'How long Twilio may keep a text in its queue before it gives it up. Default: its own, ten hours.',
    }),
  ),
  delivery: Type.Optional(
    closedObject(
      {
        url: Type.String({
          pattern: '^https?://[^/?#]',
          maxLength: 2048,
          description: 'Where Twilio reports, exactly as Twilio calls it: it is part of what is signed.',
        }),
        authToken: Type.Optional(SecretRef),
      },
      { description: 'Delivery events. They are signed with the auth token, also where an API key sends.' },
    ),
  ),
  baseUrl: Type.Optional(
    Type.String({
      default: 'https://api.twilio.com',
      pattern: '^https?://[^/?#]+$',
      description: 'Address of the API, for example of another region.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ default: 30_000, minimum: 1, description: 'How long one request may take, milliseconds.' }),
  ),
  ...textProperties,
});

export type TwilioOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type TwilioConfig = TwilioOptions & TextConfig & Required<Pick<TwilioOptions, 'baseUrl' | 'timeoutMs'>>;

export const configSchema = schemaOf(Config);
