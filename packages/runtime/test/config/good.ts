import { dga } from '@caudal/compliance-dga';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import type { RuntimeConfig } from '@caudal/runtime';

/** A configuration without a mistake. */
export const goodConfig: RuntimeConfig = {
  data: ['data.yaml'],
  providers: { tago: tago({ region: 'us-e1', webhook: { secret: 'env:GOOD_PUSH' } }) },
  targets: { dga: dga({ rutEmpresa: '77555666-8' }) },
  notifiers: {
    mail: email({ host: 'smtp.example.org', user: 'caudal', password: 'env:GOOD_SMTP', from: 'caudal@example.org' }),
  },
};

/** Secrets that it refers to. */
export const goodEnvironment = {
  GOOD_PUSH: 'push-secret-1',
  GOOD_SMTP: 'smtp-secret-1',
  GOOD_TOKEN: 'token-secret-1',
  GOOD_DGA: 'dga-secret-1',
};

/** Data without a mistake: two points, two devices, everything that can be configured. */
export const goodData = `points:
  - id: well
    name: Pozo de ejemplo
    kind: well
    zone: America/Santiago
    series:
      total: { intervalMinutes: 10 }
      flow: { unit: L/s, limits: { failBelow: 0, suspectAbove: 40, failAbove: 60 } }
      level: { limits: { alertBelow: 2, alertAbove: 40 } }
      battery: { kind: custom, unit: V, opaqueUnit: true }
    rules:
      gross-range@flow: { suspectAbove: 45 }
      time: { gapIntervals: 3 }
      level-max-reset: false
  - id: canal
    name: Canal de ejemplo
    kind: canal
    series:
      total: {}
      flow: { unit: m3/h }

meters:
  - id: old
    series: well/total
    step: 0.1
    rollover: 1000000
    pulses: { litersPerPulse: 100 }
    removedAt: 2026-03-01T10:00:00-03:00
    lastReading: 4711.5
  - id: new
    series: well/total
    step: 0.1
    pulses: { pulsesPerLiter: 0.01 }
    calibrations: [{ factor: 1.01 }, { from: 2026-06-01T00:00:00-04:00, factor: 1, atPulses: 52000 }]
    installedAt: 2026-03-01T10:00:00-03:00

devices:
  - id: logger
    provider: tago
    externalId: 5a3c0d9e1f2b4a6c8d7e0001
    credential: env:GOOD_TOKEN
    settings: { zone: America/Santiago }
    variables: { column: { token: 'env:GOOD_TOKEN' } }
    intervalMinutes: 10
    silentAfterMinutes: 45
  - id: spare
    provider: tago
    externalId: 5a3c0d9e1f2b4a6c8d7e0002
    credential: env:GOOD_TOKEN

bindings:
  - { device: logger, variable: pulses, series: well/total, unit: pulses }
  - { device: logger, variable: flow, series: well/flow, unit: m3/h, scale: 0.1 }
  - { device: logger, variable: column, series: well/level, unit: cm, level: { convention: depth, sensorDepthM: 45 } }
  - { device: logger, variable: vbat, series: well/battery }
  - { device: spare, variable: flow, series: well/flow, priority: 1 }
  - { device: spare, variable: total, series: canal/total, to: 2026-04-01T00:00:00Z }
  - { device: spare, variable: t2, series: canal/total, from: 2026-04-01T00:00:00Z }

obligations:
  - id: dga-well
    target: dga
    work:
      code: OB-0101-114
      settings: { variant: subterranea, informant: { rut: 20999888-2, password: 'env:GOOD_DGA' } }
    standard: MAYOR
    from: 2026-01-15T12:00:00Z
    members:
      caudal: { series: well/flow }
      totalizador: { series: well/total }
      nivelFreaticoDelPozo: { series: well/level }

people:
  - id: ana
    name: Ana
    zone: America/Punta_Arenas
    addresses: { mail: { email: ana@example.org } }

subscriptions:
  - { person: ana, events: ['*'], channels: [mail], points: [well] }
`;
