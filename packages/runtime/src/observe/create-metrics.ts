import * as Context from 'effect/Context';
import * as Metric from 'effect/Metric';
import * as PrometheusMetrics from 'effect/observability/PrometheusMetrics';
import { metricTable, type MetricName, type Metrics } from './metrics.ts';

/** Seconds; from a vendor on the same network to a regulator on a bad day. */
const secondsBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What the three kinds of metric have in common here: a number goes in. */
interface Updatable {
  updateUnsafe(value: number, context: Context.Context<never>): void;
}

const make = (name: MetricName, attributes: Readonly<Record<string, string>>): Updatable => {
  const { type, help } = metricTable[name];
  if (type === 'counter') return Metric.counter(name, { description: help, attributes, incremental: true });
  if (type === 'gauge') return Metric.gauge(name, { description: help, attributes });
  return Metric.histogram(name, { description: help, attributes, boundaries: secondsBuckets });
};

/** Metrics of one runtime, in a registry of its own: two runtimes of one process do not add up. */
export const createMetrics = (): Metrics => {
  const context: Context.Context<never> = Context.make(Metric.MetricRegistry, new Map());
  const known = new Map<string, Updatable>();
  const of = (name: MetricName, labels: Readonly<Record<string, string>>) => {
    const id = `${name} ${Object.values(labels).join(' ')}`;
    let metric = known.get(id);
    if (metric === undefined) {
      metric = make(name, labels);
      known.set(id, metric);
    }
    return metric;
  };
  return {
    add: (name, labels = {}, amount = 1) => {
      if (amount > 0) of(name, labels).updateUnsafe(amount, context);
    },
    set: (name, labels, value) => of(name, labels).updateUnsafe(value, context),
    observe: (name, labels, value) => of(name, labels).updateUnsafe(value, context),
    text: () => PrometheusMetrics.formatUnsafe(context),
  };
};
