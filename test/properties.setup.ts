import fc from 'fast-check';

/**
 * One seed for every property, so that a run means the same today and tomorrow. `CAUDAL_SEED=random` explores; any number repeats
 * what a failure printed.
 */
const wanted = process.env['CAUDAL_SEED'];
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted ?? 20_190_621) });
