import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { Extra } from './extra.ts';

/**
 * `UfId/ProcesoId`, for example `7511/5368`: both are assigned by the SMA when the connection is registered, and are never derived
 * from anything else.
 */
export const processPattern = /^[1-9]\d{0,14}\/[1-9]\d{0,14}$/;

/** Both ids of a code that matches {@link processPattern}. */
export const processOf = (code: string): { readonly ufId: number; readonly procesoId: number } => {
  const [ufId, procesoId] = code.split('/');
  return { ufId: Number(ufId), procesoId: Number(procesoId) };
};

const Work = closedObject({
  titular: closedObject(
    {
      usuario: Type.String({ minLength: 1, description: 'RUT of the titular, as the SMA registered it.' }),
      password: SecretRef,
    },
    { description: 'Whose credentials, given by the SMA, send the measurements of this process.' },
  ),
});

/** Settings of one process of an Unidad Fiscalizable. */
export type Work = Static<typeof Work>;

export const workSchema = schemaOf(Work);

const Member = closedObject({
  dispositivoId: Type.String({ minLength: 1, description: 'Id that the SMA gave the device, for example 12180.' }),
  nombre: Type.String({ minLength: 1, description: "The parameter's registered name, for example Q or VA." }),
  unidad: Type.String({ minLength: 1, description: 'Its registered unit, exactly as registered, for example l/s.' }),
  decimals: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 15,
      description: 'Decimal places on the wire, rounded half-up. Absent: as read, which is what the SMA asks for.',
    }),
  ),
  extra: Type.Optional(Extra),
});

/** One registered parameter of one device. */
export type Member = Static<typeof Member>;

export const memberSchema = schemaOf(Member);
