import { Type } from '@caudal/core';

/** Extra keys of a parameter, beside the four that are always there. */
export const Extra = Type.Record(
  Type.String({ pattern: '^(?!(nombre|valor|unidad|estampaTiempo)$).+$' }),
  Type.String(),
  {
    additionalProperties: false,
    description: 'Further keys of the parameter and their text, for example { estado: DC }. Never one of its own four.',
  },
);
