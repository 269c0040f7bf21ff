import { isIP } from 'node:net';
import { CaudalError, type SecretReference } from '@caudal/core';
import type { WebhookAddress, WebhookConfig } from './config.ts';

/** One receiver, checked. */
export interface Target {
  readonly url: URL;
  readonly secrets: readonly SecretReference[];
  /** Whether the URL is the person's own, so that what is wrong with it concerns nobody else. */
  readonly own: boolean;
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));

const allows = (hosts: readonly string[], hostname: string): boolean =>
  hosts
    .map((host) => host.toLowerCase())
    .some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host));

/** What is wrong with a URL, as the end of a sentence; undefined when it may be used. */
export const faultOf = (text: string, config: WebhookConfig): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'is not a URL';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is neither https:// nor http://';
  if (url.username !== '' || url.password !== '') return 'carries a user or password; use secretHeader';
  if (url.hash !== '') return 'has a fragment, which no server gets';
  if (url.protocol === 'http:' && !config.allowHttp && !isLoopback(url.hostname))
    return 'is not https://; allowHttp would permit it';
  if (config.allowHosts !== undefined && !allows(config.allowHosts, url.hostname)) return 'is not in allowHosts';
  return undefined;
};

const refuse = (own: boolean, message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: own ? 'item' : 'instance' });
};

/**
 * Where a message to this address goes. An own URL never gets the channel's secrets: whoever may write an address could
 * otherwise collect signatures, or a header's secret, at a server of theirs.
 *
 * @throws CaudalError kind `config`, scope `item` when the address is at fault
 */
export const targetOf = (to: WebhookAddress, config: WebhookConfig): Target => {
  const own = to.url !== undefined;
  const text = to.url ?? config.url ?? refuse(true, 'the address names no url, and neither does the channel');
  const fault = faultOf(text, config);
  if (fault !== undefined) refuse(own, `the webhook's url ${fault}`);
  const secrets =
    to.secrets ??
    (own ? undefined : config.secrets) ??
    refuse(own, own ? 'an address with a url needs secrets of its own' : 'the channel has no secrets to sign with');
  return { url: new URL(text), secrets, own };
};
