/** A process as the SMA has it registered: its devices and every parameter that each of them reports. */
export interface SmaProcess {
  readonly ufId: number;
  readonly procesoId: number;
  /** User of the titular who may report it. */
  readonly titular: string;
  readonly dispositivos: readonly {
    readonly id: string;
    readonly parametros: readonly { readonly nombre: string; readonly unidad: string }[];
  }[];
}

export const codeOf = ({ ufId, procesoId }: Pick<SmaProcess, 'ufId' | 'procesoId'>): string => `${ufId}/${procesoId}`;

/** `device nombre unidad` of every registered parameter. */
export const registeredSet = ({ dispositivos }: SmaProcess): readonly string[] =>
  dispositivos.flatMap(({ id, parametros }) => parametros.map(({ nombre, unidad }) => `${id} ${nombre} ${unidad}`));
