import { closedObject, type Static, Type } from '../schema.ts';
import { SeriesCorrection } from './correction.ts';
import { Binding, Device } from './device.ts';
import { DataSchema } from './group.ts';
import { Maintenance } from './maintenance.ts';
import { Meter } from './meter.ts';
import { Obligation } from './obligation.ts';
import { Owner } from './owner.ts';
import { Person, Subscription } from './person.ts';
import { Point } from './point.ts';
import { ComplianceSource } from './source.ts';
import { ProviderSwitch } from './switch.ts';

/** What a data file may hold: any of these lists. Several files are read as one. */
export const DataFile = closedObject({
  owners: Type.Optional(Type.Array(Owner)),
  points: Type.Optional(Type.Array(Point)),
  devices: Type.Optional(Type.Array(Device)),
  bindings: Type.Optional(Type.Array(Binding)),
  meters: Type.Optional(Type.Array(Meter)),
  sources: Type.Optional(Type.Array(ComplianceSource)),
  obligations: Type.Optional(Type.Array(Obligation)),
  people: Type.Optional(Type.Array(Person)),
  subscriptions: Type.Optional(Type.Array(Subscription)),
  maintenance: Type.Optional(Type.Array(Maintenance)),
  schemas: Type.Optional(Type.Array(DataSchema)),
  corrections: Type.Optional(Type.Array(SeriesCorrection)),
  providers: Type.Optional(Type.Array(ProviderSwitch)),
});

export type DataFile = Static<typeof DataFile>;
