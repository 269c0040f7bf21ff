import manifest from '../package.json' with { type: 'json' };

/** What every request says it comes from. */
export const userAgent = `caudal/${manifest.version}`;
