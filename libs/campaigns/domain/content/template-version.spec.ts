import { describe, expect, it } from '@jest/globals';
import { classify } from './message-class.js';
import { prepareTemplate } from './prepared-template.js';
import { TEMPLATE } from './sample-content.fixture.js';
import { templateVersion } from './template-version.js';

describe('template version', () => {
  it('SND-19 equal sources have one version whatever their line ends, and are compiled once', () => {
    const windows = { ...TEMPLATE, text: `\uFEFF${TEMPLATE.text.replace(/\n/g, '\r\n')}` };
    expect(templateVersion(windows)).toBe(templateVersion(TEMPLATE));
    expect(prepareTemplate(windows)).toBe(prepareTemplate(TEMPLATE));
  });

  it('SND-19 a change of any part is another version', () => {
    const changes = [{}, { subject: 'a' }, { text: 'a' }, { html: 'a' }, { extraFields: ['team'] }, { sexuallyOriented: true }, { text: TEMPLATE.html, html: TEMPLATE.text }];
    expect(new Set(changes.map((change) => templateVersion({ ...TEMPLATE, ...change }))).size).toBe(changes.length);
  });
});

describe('message class', () => {
  it.each([
    ['pure-promotion', 'Barcode scanners', 'Our scanners read labels.'],
    ['subject-suggests-promotion', 'New scanners for you', 'Your order 12 is on its way.'],
    ['transactional-text-not-first', 'Scanners', 'Our scanners read labels.\n\nThey are fast.\n\nBy the way, your order 12 is on its way.'],
    ['doubtful', 'Scanners', 'Your order 12 is on its way.\n\nOur scanners read labels.'],
  ])('SND-01 is commercial whatever the text says, with the criteria: %s', (reason, subject, text) => {
    expect(classify({ subject, text })).toMatchObject({ class: 'commercial', rule: 'SND-01', reason, criteria: { declaredPurpose: 'outreach' } });
  });
});
