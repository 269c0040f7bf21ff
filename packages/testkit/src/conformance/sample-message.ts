import type { Message } from '@caudal/core';

/** A message as the host's templates word it. */
export const sampleMessage: Message = {
  event: 'device.silent',
  severity: 'warning',
  language: 'es-CL',
  title: 'Sin datos',
  text: 'El equipo no transmite.',
  facts: [{ label: 'Punto', value: 'Pozo 1' }],
};
