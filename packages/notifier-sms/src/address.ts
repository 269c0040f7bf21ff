import { closedObject, schemaOf, type Static, Type } from '@caudal/core';

const Address = closedObject({
  phone: Type.String({
    // Chile's numbers have nine digits behind +56 since 2016; elsewhere E.164 says up to fifteen digits in all
    pattern: '^\\+(56[2-9][0-9]{8}|(?!56|0)[0-9]{7,15})$',
    description: 'In E.164: +, country, number, digits only. For example +56900000001.',
  }),
});

/** Where one person gets texts. */
export type PhoneAddress = Static<typeof Address>;

export const addressSchema = schemaOf(Address);
