/** What is documented of a key: under what name a Nettra RTU publishes it, never what is measured there. */
export interface NettraVariable {
  readonly name: string;
  readonly meaning: string;
}

/**
 * Keys under which Nettra RTUs publish in the field. The installer names them and may choose others, so the binding of each
 * point says what is measured, and in which unit.
 */
export const nettraVariables: readonly NettraVariable[] = [
  { name: 'pulsos', meaning: 'digital input: accumulated pulses' },
  { name: 'nivel', meaning: 'analog input, as the installer scaled it' },
  { name: 'caudal', meaning: 'flow as the RTU computes or reads it' },
];
