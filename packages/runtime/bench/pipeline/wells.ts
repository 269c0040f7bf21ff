import type { DataFile } from '@caudal/core';
import type { NewRaw } from '../../src/store/index.ts';

export const minute = 60_000;
export const hour = 60 * minute;
/** A whole hour at the regulator. */
export const start = Date.UTC(2026, 0, 1, 4);

const perHour = 5;
const variables = ['pulses', 'flow', 'column', 'temperature'] as const;
/** What a logger reports of an hour in one body, and what one submission is made of. */
export const valuesPerRecord = perHour * variables.length;

const externalId = (well: number) => `5a3c0d9e1f2b4a6c8d7e${String(well).padStart(4, '0')}`;
const work = (well: number) => `OB-0101-${well + 1}`;

/** Wells with a pulse meter, a flow, a level and a temperature, each owing the DGA an hourly submission. */
export const wellsOf = (count: number): DataFile => {
  const ids = Array.from({ length: count }, (_, index) => `well-${index}`);
  const intervalMinutes = 60 / perHour;
  return {
    points: ids.map((id) => ({
      id,
      name: id,
      kind: 'well' as const,
      series: {
        total: { intervalMinutes },
        flow: { intervalMinutes },
        level: { intervalMinutes },
        temperature: { intervalMinutes },
      },
    })),
    meters: ids.map((id) => ({
      id: `meter-${id}`,
      series: `${id}/total`,
      step: 0.1,
      maxFlowLps: 50,
      pulses: { litersPerPulse: 100 },
    })),
    devices: ids.map((id, index) => ({ id: `logger-${id}`, provider: 'tago', externalId: externalId(index) })),
    bindings: ids.flatMap((id) => [
      { device: `logger-${id}`, variable: 'pulses', series: `${id}/total`, unit: 'pulses' },
      { device: `logger-${id}`, variable: 'flow', series: `${id}/flow` },
      {
        device: `logger-${id}`,
        variable: 'column',
        series: `${id}/level`,
        level: { convention: 'depth' as const, sensorDepthM: 45 },
      },
      { device: `logger-${id}`, variable: 'temperature', series: `${id}/temperature` },
    ]),
    obligations: ids.map((id, index) => ({
      id: `dga-${id}`,
      target: 'dga',
      work: {
        code: work(index),
        settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:DGA_PASSWORD' } },
      },
      standard: 'MAYOR',
      from: new Date(start + hour).toISOString(),
      members: {
        caudal: { series: `${id}/flow` },
        totalizador: { series: `${id}/total` },
        nivelFreaticoDelPozo: { series: `${id}/level` },
      },
    })),
  };
};

/** A pump of 20 L/s that never rests, in a well that moves by centimetres. */
const readingsAt = (count: number): Readonly<Record<(typeof variables)[number], number>> => ({
  pulses: 1_000_000 + 144 * count,
  flow: 20 + ((count * 7) % 10) / 10,
  column: 18.5 + ((count * 5) % 11) / 100,
  temperature: 14 + ((count * 3) % 10) / 10,
});
const units = { pulses: '', flow: '"unit":"L/s",', column: '"unit":"m",', temperature: '"unit":"°C",' } as const;

/** The hour of a well as TagoIO answers it, numbers spelt as JavaScript does: some 4 kB with the ids and times that its items have. */
export const recordOf = (well: number, hourIndex: number): NewRaw => {
  const items: string[] = [];
  for (let step = 1; step <= perHour; step += 1) {
    const count = hourIndex * perHour + step;
    const time = new Date(start + (count * hour) / perHour).toISOString();
    const readings = readingsAt(count);
    for (const [index, variable] of variables.entries()) {
      const id = `${index}${String(well).padStart(5, '0')}${String(count).padStart(18, '0')}`;
      items.push(
        `{"id":"${id}","device":"${externalId(well)}","time":"${time}","created_at":"${time}","variable":"${variable}",${units[variable]}"value":${readings[variable]}}`,
      );
    }
  }
  return {
    id: `raw-${String(hourIndex).padStart(10, '0')}-${String(well).padStart(9, '0')}`,
    instance: 'tago',
    lane: 'live',
    receivedAt: start + (hourIndex + 1) * hour + minute,
    envelope: { channel: 'pull', device: `logger-well-${well}`, contentType: 'application/json' },
    request: `logger-well-${well}`,
    body: Buffer.from(`{"status":true,"result":[${items.join(',')}]}`),
  };
};
