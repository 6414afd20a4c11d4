import { settingDocs } from '#compliance/docs-data';
import type { GeneratedDocument } from './document.js';
import { cell, page, table } from './markdown.js';

type Setting = (typeof settingDocs)[number];

export const settingsTable: GeneratedDocument = {
  path: 'docs/generated/settings.md',
  render: () =>
    page(
      '# Settings and their bounds',
      'A value outside its bounds stops the start with the decision that it breaks. Periods are ISO 8601 durations.',
      table(
        ['Setting', 'Meaning', 'Default', 'Bounds', 'Decision'],
        settingDocs.map((setting) => [
          `\`${setting.key}\``, cell(setting.meaning), `\`${shown(setting.default)}\``, bounds(setting), setting.decision,
        ]),
      ),
    ),
};

const shown = (value: Setting['default']): string => (typeof value === 'object' ? `[${value.join(', ')}]` : String(value));

function bounds({ bounds: bound, fixed }: Setting): string {
  if (fixed) return 'fixed';
  switch (bound.kind) {
    case 'integer':
      return `${bound.min} to ${bound.max}`;
    case 'period':
      return `\`${bound.min}\` to \`${bound.max}\``;
    case 'choice':
      return bound.of.join(', ');
    case 'subset':
      return `${bound.empty ? 'any of' : 'one or more of'} ${bound.of.join(', ')}`;
    case 'time-zone':
      return 'IANA time zone';
    case 'slug':
      return 'short name';
  }
}
