import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prepareTemplate } from './prepared-template.js';
import { countFieldCoverage, lackingFields } from './recipient-fields.js';
import { FIELDS, LEGAL, TEMPLATE } from './sample-content.fixture.js';

describe('recipient fields', () => {
  const { uses } = prepareTemplate({ ...TEMPLATE, text: `${TEMPLATE.text}{{#if phone}}{{phone}} {{last_name}}{{else}}{{domain}}{{/if}}`, html: TEMPLATE.html });

  it('SND-18 rows that lack a used field are counted before sending, conditions and fallbacks included', () => {
    const rows = [['company', 'domain'], ['company', 'phone', 'last_name', 'first_name'], ['company', 'phone'], ['domain'], []].map((row) => new Set(row));
    expect(countFieldCoverage(uses, rows)).toEqual({ rows: 5, rowsLacking: 3, lacking: { last_name: 1, company: 2, domain: 1 }, fallbacks: { first_name: 4 } });
  });

  it('SND-18 the count agrees with rendering for every set of fields', () => {
    const names = ['first_name', 'last_name', 'phone', 'company', 'domain'];
    fc.assert(fc.property(fc.subarray(names), fc.constantFrom('{{#if phone}}{{last_name}}{{/if}}', '{{#unless company}}{{domain}}{{else}}{{#if phone}}{{first_name}}{{/if}}{{/unless}}', '{{default phone "x"}}{{domain}}'), (present, text) => {
      const template = prepareTemplate({ ...TEMPLATE, subject: 'Scanners', html: '<p>Scanners</p>', text });
      const render = () => template.render(Object.fromEntries(present.map((name) => [name, 'x'])), LEGAL);
      if (lackingFields(template.uses, new Set(present)).length === 0) expect(render().text).toContain('advertisement');
      else expect(render).toThrow(/has no value for/);
    }));
  });

  it('SND-18 a missing value fails naming the field and its place, never a value', () => {
    const render = (): unknown => prepareTemplate(TEMPLATE).render({ ...FIELDS, company: '  ' }, LEGAL);
    expect(render).toThrow('The recipient has no value for company, which the template needs (subject 1:24).');
  });
});
