import { METRICS, type MetricName } from './metric-list.js';

/** One number, or one for each value of the metric's label; undefined where it is not known now. */
export type MetricValue = number | undefined | Readonly<Record<string, number>>;

/** The text format 0.0.4 of Prometheus. What is not known has no sample, rather than a false one. */
export function exposition(values: Readonly<Record<MetricName, MetricValue>>): string {
  const lines = (Object.keys(METRICS) as MetricName[]).flatMap((name) => {
    const { type, help, labels } = METRICS[name];
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples(name, labels[0], values[name])];
  });
  return `${lines.join('\n')}\n`;
}

function samples(name: string, label: string | undefined, value: MetricValue): string[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return [`${name} ${value}`];
  return Object.entries(value).map(([of, each]) => `${name}{${label ?? 'of'}="${of.replace(/[\\"\n]/g, '_')}"} ${each}`);
}
