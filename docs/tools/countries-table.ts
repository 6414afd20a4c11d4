import { packDocs } from '#compliance/docs-data';
import type { GeneratedDocument } from './document.js';
import { cell, page, table } from './markdown.js';

const RECIPIENTS = ['company_role', 'company_person', 'sole_trader', 'private'] as const;

export const countriesTable: GeneratedDocument = {
  path: 'docs/generated/countries.md',
  render: () =>
    page(
      '# Country packs',
      'Who may get a first mail without consent. *Relevance*: only when the campaign records why it concerns the person’s work. ' +
        'A free-mail address counts as private everywhere, a country without a pack as unknown. Data, not legal advice: confirm each row with counsel.',
      table(
        ['Country', 'Since', ...RECIPIENTS.map((type) => `\`${type}\``), 'Read from'],
        packDocs.map(({ country, validFrom, allows, sources }) => [
          country, validFrom, ...RECIPIENTS.map((type) => allows[type]), cell(sources.join('; ')),
        ]),
      ),
    ),
};
