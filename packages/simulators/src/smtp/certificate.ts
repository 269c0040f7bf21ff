import { generateKeyPairSync, sign } from 'node:crypto';

/** DER (ITU-T X.690): a tag, a length and the content. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
};

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts);
const octets = (...parts: readonly Uint8Array[]) => der(0x04, ...parts);
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
const integer = (value: number) => der(0x02, Buffer.from([value]));
const utc = (text: string) => der(0x17, Buffer.from(text));
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const yes = der(0x01, Buffer.from([0xff]));

/** ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName: RFC 5758 and RFC 5280. */
const algorithm = sequence(oid('2a8648ce3d040302'));
const name = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from('localhost')))));
const extensions = sequence(
  sequence(oid('551d13'), yes, octets(sequence(yes))),
  sequence(
    oid('551d11'),
    octets(sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
  ),
);

const pem = (content: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`;

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * A new key and its self-signed X.509 certificate (RFC 5280) for `localhost` and 127.0.0.1, both PEM. It is valid from 2020 to
 * 2049, because TLS compares it with the machine's clock and not with a simulated one.
 */
export const selfSigned = (): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(utc('200101000000Z'), utc('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  return {
    certificate: pem(sequence(body, algorithm, bits(sign('sha256', body, privateKey)))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
};
