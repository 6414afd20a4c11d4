import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderLegal } from './legal-partial.js';
import type { LegalContext } from './legal-context.js';
import { tidy, viewHtml } from './message-view.js';
import { IDENTITY, LEGAL } from './sample-content.fixture.js';

const both = (context: LegalContext): readonly string[] => {
  const { text, html } = renderLegal('en', context);
  return [tidy(text), viewHtml(html).visibleText];
};

describe('legal block', () => {
  it.each([
    'This is an advertisement from Põhjala Scanners OÜ', 'Kalda tee 14, 50104 Tartu, Estonia', 'privacy@pohjala-scanners.example', 'Data Protection Desk', 'a public website (warehouse.example/team) on 2026-11-02',
    'That source is publicly accessible', 'telling warehouses about barcode scanners', 'legitimate interest', 'finding customers', 'at most 3 years', 'within 72 hours', 'access to your data', 'withdraw it at any time', 'Andmekaitse Inspektsioon', 'GDPR Article 14',
  ])('SND-02 SND-03 LAW-05 ROL-07 both parts say: %s', (sentence) => {
    for (const part of both(LEGAL)) expect(part).toContain(sentence);
  });

  it('OPT-01 LAW-05 both parts carry the unsubscribe link and the notice link', () => {
    const { text, html } = renderLegal('en', LEGAL);
    const hrefs = viewHtml(html).links.filter((link) => link.visible).map((link) => link.href);
    for (const url of [LEGAL.unsubscribeUrl, LEGAL.privacyUrl]) {
      expect(text).toContain(`\n${url}\n`);
      expect(hrefs).toContain(url);
    }
  });

  it('LAW-05 the right to object stands in a box of its own', () => {
    const { text, html } = renderLegal('en', LEGAL);
    expect(text).toMatch(/=\nYOUR RIGHT TO OBJECT\n[^=]+\n=+\n/);
    expect(html).toMatch(/<div role="note"[^>]*>\s*<p role="heading"[^>]*>Your right to object<\/p>/);
  });

  it('LAW-02 legitimate interest without its text is refused', () => {
    expect(() => renderLegal('en', { ...LEGAL, interestText: ' ' })).toThrow(expect.objectContaining({ code: 'legal-interest-missing', rule: 'LAW-02' }));
  });

  it('SND-03 a language without a legal block is refused', () => {
    expect(() => renderLegal('et', LEGAL)).toThrow(expect.objectContaining({ code: 'legal-language-missing', rule: 'SND-03' }));
  });

  it('LAW-05 says whether the source is public, or that it is not known', () => {
    const sentence = (kind: LegalContext['source']['kind'], url?: string): string => both({ ...LEGAL, source: { kind, collectedOn: '2026-11-02', ...(url === undefined ? {} : { url }) } })[0] as string;
    expect(sentence('sourcing_tool')).toContain('We do not know whether');
    expect(sentence('sourcing_tool', 'https://a.example/x')).toContain('That source is publicly accessible');
    expect(sentence('own_form')).toContain('not publicly accessible');
  });

  it('ROL-07 two identities and two recipients are never mixed up', () => {
    const other = { ...IDENTITY, name: 'Other AS' };
    const seen = [LEGAL, { ...LEGAL, identity: other }, { ...LEGAL, unsubscribeUrl: 'https://out.example/u/2' }, { ...LEGAL, retention: { period: 'P1Y', erasureHours: 24 } }].map((context) => renderLegal('en', context).text);
    expect(new Set(seen).size).toBe(4);
    expect(seen[1]).not.toContain('Põhjala');
    expect(seen[3]).toContain('at most 1 year after');
  });

  it('SND-06 a line break in any value is refused and markup is escaped', () => {
    expect(() => renderLegal('en', { ...LEGAL, unsubscribeUrl: 'https://a.example/\r\nBcc: x' })).toThrow(expect.objectContaining({ rule: 'SND-06' }));
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
      let html: string;
      try {
        html = renderLegal('en', { ...LEGAL, identity: { ...IDENTITY, name: `<b>${name}` }, source: { ...LEGAL.source, name: `"><script>${name}` } }).html;
      } catch {
        return;
      }
      const names = new Set(viewHtml(html).elements.map((element) => element.name));
      expect([...names].every((element) => ['div', 'p', 'strong', 'br', 'a'].includes(element))).toBe(true);
    }));
  });
});
