export { tdataAddresses, type TdataConfig, type TdataLogger, tdataLoggers } from '@caudal/provider-thingsboard';
export { twin, twinDefinition } from './provider.ts';
