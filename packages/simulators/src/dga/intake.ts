import type { Clock } from '@caudal/core';
import type { Answer, Received } from '../loopback.ts';
import { duplicate, mismatch, refused, reply } from './answers.ts';
import type { GetBehaviour, PostBehaviour } from './behaviours.ts';
import type { StoredRecord, WritableLedger } from './ledger.ts';
import type { Measurement } from './measurement.ts';
import { receiptOf } from './receipt.ts';
import { type VariantName, variants } from './variants.ts';

/** A work as the regulator has it registered. */
export interface DgaWork {
  /** `OB-0101-114` */
  readonly code: string;
  readonly variant: VariantName;
  /** RUT of the informant who registered it. */
  readonly informant: string;
  /** Level or height may be the empty string (very small flows, miner's water, gates). Default false. */
  readonly mayLeaveEmpty?: boolean;
}

export interface IntakeOptions {
  readonly clock: Clock;
  readonly ledger: WritableLedger;
  readonly works: ReadonlyMap<string, DgaWork>;
  /** By RUT of the informant. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly centres: ReadonlySet<string>;
  readonly badFormat: 'reject' | 'store';
  readonly unknownReceiptStatus: number;
  readonly seed: number;
}

/** What the regulator does with a request that reaches it. */
export interface Intake {
  post(measurement: Measurement, behaviour: PostBehaviour, request: number): Answer;
  query(request: Received, variant: VariantName, behaviour: GetBehaviour): Answer;
}

/** As the real service was seen to answer: `25.70` → `25.7`, `0.00` → `0.0`, `35041` unchanged. */
const stripZeros = (text: string) => text.replace(/(\.\d+?)0+$/, '$1');

export const createIntake = (options: IntakeOptions): Intake => {
  const { clock, ledger, works, passwords, centres } = options;

  const newReceipt = () => {
    let n = ledger.records.length;
    while (ledger.byReceipt(receiptOf(options.seed, n)) !== undefined) n += 1;
    return receiptOf(options.seed, n);
  };

  const refusal = (measurement: Measurement): Answer | undefined => {
    const { problems, work: code = '', centre = '', informant = '', password } = measurement;
    if (problems.length > 0 && options.badFormat === 'reject')
      return refused(`Formato incorrecto: ${problems.join('; ')}`);
    const work = works.get(code);
    if (work === undefined) return refused('La obra no se encuentra registrada');
    if (work.variant !== measurement.variant) return refused('El tipo de medición no corresponde a la obra');
    if (!centres.has(centre)) return refused('El Centro de Control no se encuentra registrado');
    if (work.informant !== informant) return mismatch();
    if (passwords.get(informant) !== password) return refused('Usuario o contraseña incorrectos');
    return undefined;
  };

  const store = (measurement: Measurement, behaviour: PostBehaviour, request: number): StoredRecord | undefined => {
    const { variant, work, date, time, values, centre = '', informant = '' } = measurement;
    if (work === undefined || date === undefined || time === undefined) return undefined;
    const flow = values['caudal'];
    const altered = behaviour === 'store-wrong' && flow !== undefined ? { caudal: flow.replace('.', '') } : {};
    const record = { work, variant, date, time, values: { ...values, ...altered }, receipt: newReceipt() };
    ledger.apply({ type: 'stored', record: { ...record, centre, informant, acceptedAt: clock.now(), request } });
    return ledger.record(work, date, time);
  };

  const accept = (measurement: Measurement, behaviour: PostBehaviour, request: number): Answer => {
    const no = refusal(measurement);
    if (no !== undefined) return no;
    const { work = '', date = '', time = '' } = measurement;
    const present = ledger.record(work, date, time);
    if (present !== undefined)
      return duplicate(behaviour === 'duplicate-without-receipt' ? undefined : present.receipt);
    const stored = store(measurement, behaviour, request);
    if (stored === undefined) return refused('Fecha u hora incorrecta');
    const data = behaviour === 'no-receipt' ? {} : { numeroComprobante: stored.receipt };
    return reply(200, '00', variants[measurement.variant].message, data);
  };

  return {
    post(measurement, behaviour, request) {
      if (behaviour === 'mismatch') return mismatch();
      if (behaviour.startsWith('refuse-'))
        return reply(200, behaviour.slice('refuse-'.length), 'Medición no ingresada');
      return accept(measurement, behaviour, request);
    },
    query(request, variant, behaviour) {
      const found = ledger.byReceipt(request.query.get('numeroComprobante') ?? '');
      const known = found?.work === request.query.get('codigoObra') && found?.variant === variant;
      if (behaviour === 'unknown' || found === undefined || !known) {
        const status = options.unknownReceiptStatus;
        return reply(status, String(status), 'No existe una medición con ese comprobante para la obra');
      }
      const data: Record<string, string> = {
        fechaMedicion: found.date.split('-').toReversed().join('-'),
        horaMedicion: found.time,
      };
      for (const [name, value] of Object.entries(found.values))
        data[name] = behaviour === 'strip-zeros' ? stripZeros(value) : value;
      return reply(200, '00', '', data);
    },
  };
};
