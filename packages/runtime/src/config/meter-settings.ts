import { convert } from '@caudal/core';
import type { SeriesInfo } from './domain.ts';

/** The registers of a total as the counter engine takes them. */
export const meterSettings = (series: SeriesInfo) =>
  series.meters.map((meter) => ({
    step: meter.step,
    ...(meter.rollover === undefined ? {} : { rollover: meter.rollover }),
    ...(meter.maxFlowLps === undefined ? {} : { maxFlow: convert(meter.maxFlowLps / 1000, 'm3', series.unit) }),
    ...(meter.bidirectional === undefined ? {} : { bidirectional: meter.bidirectional }),
    ...(Number.isFinite(meter.from) ? { installedAt: meter.from } : {}),
    ...(meter.firstReading === undefined ? {} : { firstReading: meter.firstReading }),
    ...(meter.lastReading === undefined ? {} : { lastReading: meter.lastReading }),
  }));
