import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contextOf, fieldValues } from './field-context.js';
import { usedFields } from './field-use.js';
import { completeHtml, completeText } from './legal-placement.js';
import { renderLegal } from './legal-partial.js';
import { joined } from './message-layout.js';
import { allowedFields } from './personal-fields.js';
import { prepareTemplate } from './prepared-template.js';
import { LEGAL, TEMPLATE } from './sample-content.fixture.js';
import { compilePart } from './template-engine.js';
import type { TemplateSource } from './template-source.js';

const BODY = '{{default first_name "there"}} of {{company}}{{#if phone}}, {{phone}}{{else}} (no phone){{/if}}{{#unless domain}} no domain{{/unless}}\n';
const TEMPLATES: readonly TemplateSource[] = [
  TEMPLATE,
  { ...TEMPLATE, subject: 'To {{default last_name "x"}}', text: `${BODY}{{unsubscribe_url}}`, html: `<p title="{{company}}">${BODY}</p><a href="{{privacy_url}}">x</a>` },
  { ...TEMPLATE, subject: 'To {{company}}', text: `{{> legal}}\n${BODY}${BODY}`, html: `<p>${BODY}{{#if last_name}}<b>{{last_name}}</b>{{/if}}</p>` },
];
const VALUE = fc.oneof(fc.constantFrom('', ' ', '<b>&"\'`=', '{{company}}', '$1$&', '\uE010', '\uE012', '=', 'Ladu & Co'), fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\p{C}\u2028\u2029]/u.test(text)));
const FIELDS = fc.record({ first_name: VALUE, last_name: VALUE, phone: VALUE, domain: VALUE }, { requiredKeys: [] }).chain((rest) => VALUE.map((value) => ({ ...rest, company: value.trim() === '' ? 'Ladu' : value, sender_name: 'Jaan' })));
const URL = fc.constantFrom(LEGAL.unsubscribeUrl, "https://out.example/u/a&b'=c");
const IDENTITIES = fc.constantFrom(LEGAL.identity, { ...LEGAL.identity, name: 'Slot \uE012 OÜ' });
const SOURCE = fc.constantFrom(LEGAL.source, { kind: 'own_form', collectedOn: '2026-01-02' } as const, { kind: 'event', name: '<Fair> & \uE012', collectedOn: '2026-01-02' } as const);

/** As it was before there were layouts: each part rendered from its source for each recipient. */
function plainly(template: TemplateSource, fields: Record<string, string>, legal: typeof LEGAL) {
  const parts = { subject: compilePart(template.subject, 'subject', allowedFields()), text: compilePart(completeText(template.text), 'text', allowedFields()), html: compilePart(completeHtml(template.html), 'html', allowedFields()) };
  const used = usedFields([...parts.subject.syntax.uses, ...parts.text.syntax.uses, ...parts.html.syntax.uses]);
  const context = contextOf(used, fieldValues(used, fields, { controller_name: legal.identity.name, unsubscribe_url: legal.unsubscribeUrl, privacy_url: legal.privacyUrl }));
  const block = renderLegal('en', legal);
  return { subject: parts.subject.render(context, '').trim(), text: parts.text.render(context, block.text), html: parts.html.render(context, block.html) };
}

describe('rendering by layout', () => {
  it('SND-18 gives what plain rendering gives, for every mixture of recipients', () => {
    let laidOut = 0;
    fc.assert(fc.property(fc.constantFrom(...TEMPLATES), FIELDS, URL, SOURCE, IDENTITIES, (template, fields, unsubscribeUrl, source, identity) => {
      const legal = { ...LEGAL, unsubscribeUrl, source, identity };
      const { layout, ...message } = prepareTemplate(template).render(fields, legal);
      expect(message).toEqual(plainly(template, fields, legal));
      if (layout === undefined) return;
      laidOut += 1;
      expect([joined(layout.text), joined(layout.html)]).toEqual([message.text, message.html]);
    }), { numRuns: 1_500 });
    expect(laidOut).toBeGreaterThan(500);
  });

  it('SND-18 recipients with the same fields share the pieces; wording that holds a slot has none', () => {
    const pieces = (fields: Record<string, string>, identity = LEGAL.identity) => prepareTemplate(TEMPLATE).render({ sender_name: 'Jaan', ...fields }, { ...LEGAL, identity }).layout?.html.pieces;
    expect(pieces({ company: 'A' })).toBeDefined();
    expect(pieces({ company: 'A' })).toBe(pieces({ company: 'B' }));
    expect(pieces({ company: 'A' })).not.toBe(pieces({ company: 'A', first_name: 'Mari' }));
    expect(pieces({ company: 'A' }, { ...LEGAL.identity, name: 'Slot \uE012 OÜ' })).toBeUndefined();
  });
});
