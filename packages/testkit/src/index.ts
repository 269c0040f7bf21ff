export * from './fakes/accelerated-clock.ts';
export * from './fakes/fake-host.ts';
export * from './fakes/settled.ts';
export * from './fakes/virtual-clock.ts';
export * from './faults/fault-server.ts';
export * from './faults/recorded-request.ts';
export * from './faults/reply.ts';
export * from './faults/untrusted-certificate.ts';
