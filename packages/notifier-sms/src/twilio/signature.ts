import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Base64 of HMAC-SHA1 over the URL and then every form parameter's name and value, by name (Twilio's documentation, "Webhooks
 * security"). A name that comes several times counts each different value, in order, as Twilio's own libraries do it.
 */
const signatureOf = (url: string, form: URLSearchParams, authToken: string): string => {
  const names = [...new Set(form.keys())].toSorted();
  const parameters = names.flatMap((name) => [...new Set(form.getAll(name))].toSorted().map((value) => name + value));
  return createHmac('sha1', authToken)
    .update(url + parameters.join(''))
    .digest('base64');
};

/** Twilio writes a standard port or leaves it out, whatever the address says; its libraries take both. */
const spellingsOf = (url: string): string[] => {
  const parts = /^(https?):\/\/([^/?#]+?)(:\d+)?([/?#].*)?$/i.exec(url);
  if (parts === null) return [url];
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return port === undefined ? [url, `${scheme}://${host}${standard}${rest}`] : [url, `${scheme}://${host}${rest}`];
};

/** Whether the signature is of this URL and form. Takes as long for a nearly right one as for a wrong one. */
export const isSigned = (signature: string, url: string, form: URLSearchParams, authToken: string): boolean => {
  const given = Buffer.from(signature);
  return spellingsOf(url)
    .map((spelling) => Buffer.from(signatureOf(spelling, form, authToken)))
    .map((expected) => given.length === expected.length && timingSafeEqual(given, expected))
    .some(Boolean);
};
