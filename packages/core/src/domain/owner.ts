import { closedObject, type Static, Type } from '../schema.ts';
import { Id } from './instant.ts';

/** Who holds water rights: what is seen by an owner's people goes by it. */
export const Owner = closedObject({
  id: Id,
  name: Type.String({ minLength: 1, description: 'For people and reports.' }),
  rut: Type.Optional(Type.String({ description: 'Chilean tax number with its check digit, for example 76123456-0.' })),
  contact: Type.Optional(
    closedObject({
      name: Type.Optional(Type.String({ description: 'Whom to ask for.' })),
      email: Type.Optional(Type.String({ description: 'Mail address.' })),
      phone: Type.Optional(Type.String({ description: 'With its country code, for example +56 2 2345 6789.' })),
      address: Type.Optional(Type.String({ description: 'Postal address.' })),
    }),
  ),
  zone: Type.Optional(Type.String({ description: 'IANA zone of its days and summaries; default America/Santiago.' })),
  language: Type.Optional(Type.Enum(['es', 'en'], { description: 'Of reports about it; default es.' })),
});

export type Owner = Static<typeof Owner>;
