export * from './fakes/accelerated-clock.ts';
export * from './fakes/fake-host.ts';
export * from './fakes/settled.ts';
export * from './fakes/virtual-clock.ts';
