export { thingsio, type ThingsIoConfig, thingsioDefinition } from './provider.ts';
