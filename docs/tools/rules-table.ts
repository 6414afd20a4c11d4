import { documentedRuleSet, ruleDocs, type RuleDoc } from '#compliance/docs-data';
import type { GeneratedDocument } from './document.js';
import { cell, page, table } from './markdown.js';

export const rulesTable: GeneratedDocument = {
  path: 'docs/generated/rules.md',
  render: () =>
    page(
      '# Rules of the gate',
      `Every dispatch passes all ${ruleDocs.length} rules; one that denies is enough, and what is not known denies. Rule set \`${documentedRuleSet}\`. ` +
        'The cases are the tables that the tests run.',
      table(
        ['Rule', 'Says', 'Stands on', 'Requirement', 'Since'],
        ruleDocs.map(({ id, title, clause, requirement, validFrom }) => [
          `[${id}](#${id})`, cell(title), cell(clause), requirement.join(', '), validFrom,
        ]),
      ),
      ...ruleDocs.map(renderRule),
    ),
};

function renderRule({ id, version, title, clause, requirement, validFrom, allows, denies, notApplied }: RuleDoc): string {
  const cases = [
    ...denies.map(({ name, reason }) => ['denies', cell(name), `\`${reason}\``]),
    ...allows.map((name) => ['allows', cell(name), '']),
    ...notApplied.map((name) => ['does not apply', cell(name), '']),
  ];
  return [
    `## ${id}`,
    `${title}. Version ${version}, from ${validFrom}; ${requirement.join(', ')}; ${clause}.`,
    table(['Verdict', 'Case', 'Reason'], cases),
  ].join('\n\n');
}
