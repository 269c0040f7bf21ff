import { closedObject, type Static, Type } from '../schema.ts';
import { Binding, Device } from './device.ts';
import { Meter } from './meter.ts';
import { Obligation } from './obligation.ts';
import { Person, Subscription } from './person.ts';
import { Point } from './point.ts';

/** What a data file may hold: any of these lists. Several files are read as one. */
export const DataFile = closedObject({
  points: Type.Optional(Type.Array(Point)),
  devices: Type.Optional(Type.Array(Device)),
  bindings: Type.Optional(Type.Array(Binding)),
  meters: Type.Optional(Type.Array(Meter)),
  obligations: Type.Optional(Type.Array(Obligation)),
  people: Type.Optional(Type.Array(Person)),
  subscriptions: Type.Optional(Type.Array(Subscription)),
});

export type DataFile = Static<typeof DataFile>;
