import { METRICS } from '#apps/standalone/metric-list';
import type { GeneratedDocument } from './document.js';
import { cell, page, table } from './markdown.js';

export const metricsTable: GeneratedDocument = {
  path: 'docs/generated/metrics.md',
  render: () =>
    page(
      '# Metrics',
      '`GET /metrics`, in the text format of Prometheus, on both engines. No metric and no label names a person, a contact or a stream. A figure that cannot be known just now has no sample.',
      table(['Metric', 'Type', 'Label', 'Meaning'], Object.entries(METRICS).map(([name, { type, labels, help }]) => [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), cell(help)])),
    ),
};
