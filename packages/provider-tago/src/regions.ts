import { CaudalError } from '@caudal/core';

/** TagoIO's shared regions; `usa-1` is the old name of `us-e1`. */
export const tagoRegions = {
  'us-e1': 'https://api.tago.io',
  'usa-1': 'https://api.tago.io',
  'eu-w1': 'https://api.eu-w1.tago.io',
} as const;

export type TagoRegion = keyof typeof tagoRegions;

/**
 * Where the API is: `baseUrl` as given, a TagoDeploy project (`https://api.<projectId>.tagoio.net`), or a region.
 * @throws CaudalError kind `config` when more than one of them is given
 */
export const addressOf = (config: {
  readonly region?: TagoRegion;
  readonly deploy?: string;
  readonly baseUrl?: string;
}): string => {
  const { region, deploy, baseUrl } = config;
  if ([region, deploy, baseUrl].filter((given) => given !== undefined).length > 1)
    throw new CaudalError('config', 'give one of region, deploy and baseUrl', { sent: 'no' });
  if (deploy !== undefined) return `https://api.${deploy}.tagoio.net`;
  return baseUrl ?? tagoRegions[region ?? 'us-e1'];
};
