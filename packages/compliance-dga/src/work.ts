import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { emptyReasons, type EmptyReason, variants, type VariantName } from './variants.ts';

/**
 * `OB` (abstraction) or `OR` (restitution), two digits of region, two of province, and a counter that is not padded:
 * `OB-0602-7`. Source: Manual Técnico N° 1/2025, 5.2.
 */
export const codigoObraPattern = /^O[BR]-\d{4}-[1-9]\d*$/;

const Work = closedObject({
  variant: Type.Enum(Object.keys(variants) as VariantName[], {
    description:
      'subterranea: a well. flujometro: surface water with a flow meter. limnimetrica: surface water by height.',
  }),
  informant: Type.Optional(
    closedObject(
      {
        rut: Type.String({ description: 'RUT of the informant registered for this work, for example 11111111-1.' }),
        password: SecretRef,
      },
      { description: 'Whose password sends the measurements. Needed for online delivery.' },
    ),
  ),
  emptyBecause: Type.Optional(
    Type.Enum(Object.keys(emptyReasons) as EmptyReason[], {
      description:
        'Why level or height may be empty: caudales-muy-pequenos, aguas-del-minero (level only), compuerta-automatica (height only). Absent: a missing value is an error.',
    }),
  ),
});

/** Settings of one *obra*. */
export type Work = Static<typeof Work>;

export const workSchema = schemaOf(Work);

/** The DGA asks nothing about a parameter that the variant does not say already. */
export const memberSchema = schemaOf(closedObject({}));
