export * from './data.ts';
export * from './device.ts';
export * from './instant.ts';
export * from './meter.ts';
export * from './obligation.ts';
export * from './person.ts';
export * from './point.ts';
