/** One value as an instrument gave it, under its vendor's name. Instants are UTC milliseconds. */
export interface Sample {
  readonly variable: string;
  readonly at: number;
  readonly value: number;
  readonly unit?: string;
  /** When it reaches the vendor; as soon as it is uploaded, unless the logger had no signal. */
  readonly arrives?: number;
}

/** What a device measures at an instant. Asked once for each of its instants, in order. */
export type Instrument = (at: number) => readonly Sample[];

type Change = (sample: Sample) => Sample;

const changed =
  (instrument: Instrument, variable: string, change: Change): Instrument =>
  (at) =>
    instrument(at).map((sample) => (sample.variable === variable ? change(sample) : sample));

/** In [from, to) the variable shows this value: a register at zero for a moment, a sensor that is broken. */
export const showing = (instrument: Instrument, variable: string, value: number, from: number, to: number) =>
  changed(instrument, variable, (sample) => (sample.at >= from && sample.at < to ? { ...sample, value } : sample));

/** The register starts again at zero. */
export const resetting = (instrument: Instrument, variable: string, from: number) => {
  let before = 0;
  return changed(instrument, variable, (sample) => {
    if (sample.at < from) before = sample.value;
    return sample.at < from ? sample : { ...sample, value: sample.value - before };
  });
};

/** What is measured in [from, to) reaches the vendor only at `arrives`, after newer values. */
export const delayed =
  (instrument: Instrument, from: number, to: number, arrives: number): Instrument =>
  (at) =>
    instrument(at).map((sample) => (at >= from && at < to ? { ...sample, arrives } : sample));
