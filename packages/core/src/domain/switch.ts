import { closedObject, type Static, Type } from '../schema.ts';
import { InstantText } from './instant.ts';

/** Whether a provider instance is read, and whether what it says may be reported. */
export const ProviderSwitch = closedObject({
  id: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
    description: 'Name of the provider instance in the configuration.',
  }),
  mode: Type.Enum(['on', 'off', 'testing'], {
    description:
      'on: read and reported. testing: read and shown, never reported. off: not read, and what it pushes is refused.',
  }),
  tested: Type.Optional(
    Type.Array(closedObject({ from: InstantText, to: Type.Optional(InstantText) }), {
      description: 'When it was in testing: what arrived then is never reported, whatever the mode is now.',
    }),
  ),
});

export type ProviderSwitch = Static<typeof ProviderSwitch>;
