import { closedObject, type Static, Type } from '../schema.ts';
import { Id, InstantText } from './instant.ts';

/**
 * A regulator as one answers to it: what several obligations have in common. Nothing of its obligations is owed outside its time, so that
 * one end ends them all.
 */
export const ComplianceSource = closedObject({
  id: Id,
  name: Type.String({ minLength: 1, description: 'For people: the resolution, the programme, the regulator.' }),
  target: Type.String({ description: 'Name of the compliance target in the configuration.' }),
  owner: Type.Optional(Type.String({ description: 'Whose duty it is: id of an owner.' })),
  resolution: Type.Optional(Type.String({ description: 'The act that orders it.' })),
  from: Type.Optional(InstantText),
  to: Type.Optional(InstantText),
});

export type ComplianceSource = Static<typeof ComplianceSource>;
