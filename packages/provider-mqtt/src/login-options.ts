import { closedObject, SecretRef, type SecretReference, Type } from '@caudal/core';

const secret = (description: string) => Type.Optional(Type.Unsafe<SecretReference>({ ...SecretRef, description }));

/** How a broker knows us and we know it, whichever way the messages go. */
export const loginOptions = {
  username: secret('User name, by reference.'),
  password: secret('Password, by reference.'),
  tls: Type.Optional(
    closedObject(
      {
        ca: secret("PEM of the broker's authority, by reference; default those of Node and of the host."),
        certificate: secret('PEM of our certificate, by reference.'),
        key: secret('PEM of the key of our certificate, by reference.'),
        servername: Type.Optional(Type.String({ description: 'Name that the certificate of the broker must have.' })),
      },
      { description: 'For mqtts and wss.' },
    ),
  ),
};
