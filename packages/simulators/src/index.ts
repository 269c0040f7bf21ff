export { type Fault, isFault } from './faults.ts';
export type { Outage, PlanChange } from './plan.ts';
export { mulberry32, normal } from './random.ts';
export type { GetBehaviour, PostBehaviour } from './dga/behaviours.ts';
export type { Ledger, LedgerRequest, StoredRecord, Violation, ViolationKind } from './dga/ledger.ts';
export { type DgaBehaviour, type DgaInformant, type DgaOptions, type DgaSimulator, startDga } from './dga/server.ts';
export type { VariantName } from './dga/variants.ts';
export type { DgaWork } from './dga/intake.ts';
export type { BlockRule } from './dga/perimeter.ts';
