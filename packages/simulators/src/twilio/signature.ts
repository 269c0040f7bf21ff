import { createHmac } from 'node:crypto';

/** `X-Twilio-Signature` of a request with these parameters, each of which comes once. */
export const twilioSignature = (
  url: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
): string => {
  const mac = createHmac('sha1', authToken);
  mac.update(url);
  for (const name of Object.keys(parameters).toSorted()) {
    mac.update(name);
    mac.update(parameters[name] ?? '');
  }
  return mac.digest('base64');
};
