import { describe, expect, it } from '@jest/globals';
import type { PrivacyNotice } from '../domain/content/privacy-notice.js';
import { privacyPage } from './privacy-page.js';

const URL = 'https://out.sender.example/u';
const notice = (text: string): PrivacyNotice => ({
  language: 'en', version: '1', effectiveOn: '2026-11-01', title: 'Notice', sections: [{ id: 'objection', clause: 'GDPR 21(4)', heading: 'Stop', paragraphs: [text], items: [] }],
});

describe('the privacy page', () => {
  it('the address where anybody can stop all mail is a link', () => {
    expect(privacyPage(notice(`Type it at ${URL}, or write.`), URL)).toContain(`<p>Type it at <a href="${URL}">${URL}</a>, or write.</p>`);
    expect(privacyPage(notice('x'), URL)).toContain('overflow-wrap:anywhere');
  });

  it('links nothing else, and no other address that begins alike', () => {
    const html = privacyPage(notice(`See ${URL}s, ${URL}/x and https://elsewhere.example/ <a href="https://forged.example">here</a>.`), URL);
    expect(html).not.toContain('<a ');
  });

  it('stays one link where the address holds characters that HTML or replacements would read', () => {
    const odd = 'https://out.sender.example/$&"x/u';
    expect(privacyPage(notice(`At ${odd}.`), odd)).toContain('<a href="https://out.sender.example/$&amp;&quot;x/u">https://out.sender.example/$&amp;&quot;x/u</a>.');
  });
});
