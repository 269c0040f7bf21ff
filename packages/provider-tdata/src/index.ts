export { tdataAddresses, type TdataConfig, type TdataLogger, tdataLoggers } from '@caudal/provider-thingsboard';
export { tdata, tdataDefinition } from './provider.ts';
