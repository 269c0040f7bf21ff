import { CaudalError, type Host } from '@caudal/core';

const refuse = (kind: 'config' | 'unsupported', message: string): never => {
  throw new CaudalError(kind, message, { sent: 'no' });
};

/**
 * Node's own WebSocket client takes neither proxy nor authority, and obeys NODE_TLS_REJECT_UNAUTHORIZED: where one of them matters there is no
 * WebSocket, rather than one that goes around it. Ask before a login is made for it.
 *
 * @throws CaudalError kind `unsupported` or `config`
 */
export const assertSocketNetwork = (url: string, { network }: Host): void => {
  if (network.proxy !== undefined)
    refuse('unsupported', "Node's WebSocket client can not use an outbound proxy: pull instead");
  if (!url.startsWith('wss:')) return;
  if (network.ca !== undefined)
    refuse(
      'unsupported',
      "Node's WebSocket client does not trust network.ca: use NODE_EXTRA_CA_CERTS, or pull instead",
    );
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    refuse('config', 'NODE_TLS_REJECT_UNAUTHORIZED=0 would switch the verification of TLS off: unset it');
};
