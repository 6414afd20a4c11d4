import { describe, expect, it } from '@jest/globals';
import type { FinalMessage } from './checks/content-check.js';
import { checkFinalMessage, checkTemplate } from './content-findings.js';
import { prepareTemplate } from './prepared-template.js';
import { EXPECTED, FIELDS, IDENTITY, LEGAL, TEMPLATE } from './sample-content.fixture.js';
import { sampleRecipients } from './sample-recipients.js';

const GOOD: FinalMessage = {
  ...prepareTemplate(TEMPLATE).render(FIELDS, LEGAL),
  headers: [
    { name: 'From', value: 'Jaan <jaan@pohjala-scanners.example>' }, { name: 'To', value: 'mari@warehouse.example' }, { name: 'Date', value: 'Mon, 02 Nov 2026 10:00:00 +0000' },
    { name: 'Subject', value: 'Barcode scanners' }, { name: 'Message-ID', value: '<abc@pohjala-scanners.example>' },
    { name: 'List-Unsubscribe', value: `<${LEGAL.unsubscribeUrl}>` }, { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ],
};
const ids = (message: Partial<FinalMessage>, expected = EXPECTED): string[] => checkFinalMessage({ ...GOOD, ...message }, expected).map((finding) => finding.id);
const inHtml = (piece: string): Partial<FinalMessage> => ({ html: GOOD.html.replace('<p>Hello', `${piece}<p>Hello`) });
const headers = (change: (all: NonNullable<FinalMessage['headers']>) => NonNullable<FinalMessage['headers']>): Partial<FinalMessage> => ({ headers: change(GOOD.headers ?? []) });
const without = (part: 'text' | 'html', piece: string): Partial<FinalMessage> => ({ [part]: GOOD[part].replaceAll(piece, '') });

describe('content checks of a final message', () => {
  it('SND-02 SND-03 SND-04 OPT-01 LAW-05 ROL-07 CON-11 a complete message has no finding', () => {
    expect(ids({})).toEqual([]);
  });

  it.each([
    'Re: our call', 'RE: x', 'Fwd: offer', 'fw : offer', 'Re[2]: offer', 'AW: Angebot', '  re: x', '[ext] Re: x', 'Rе: cyrillic e', 'Ｒｅ： full width', 'R\u200be: hidden',
  ])('SND-04 a subject that fakes a reply is refused: %s', (subject) => {
    expect(ids({ subject })).toContain('subject-fake-reply');
  });

  it.each([
    'Your invoice 4711', 'Invoice #12', 'Overdue invoice', 'Invoice attached', 'Payment failed', 'Your account has been suspended', 'Account locked', 'Verify your account', 'URGENT: scanners',
    'Action required', 'Final notice', 'Security alert', 'As discussed', 'Your order #9 has shipped', 'Ur\u200bgent', 'Іnvoice attached',
  ])('SND-04 a misleading subject is refused and an officer may override: %s', (subject) => {
    expect(checkFinalMessage({ ...GOOD, subject }, EXPECTED)).toContainEqual(expect.objectContaining({ id: 'subject-misleading', severity: 'error', rule: 'SND-04', overridable: true }));
  });

  it.each(['Invoicing software for warehouses', 'Report on scanners', 'Reading damaged labels: how', 'Account management for shops', 'Renewable energy: offer'])('SND-04 an honest subject passes: %s', (subject) => {
    expect(ids({ subject })).toEqual([]);
  });

  it('SND-04 an answer to somebody who wrote may say so', () => {
    expect(ids({ subject: 'Re: your question' }, { ...EXPECTED, inReply: true })).toEqual([]);
  });

  const cases: readonly (readonly [string, string, Partial<FinalMessage>])[] = [
    ['SND-04 empty subject', 'subject-empty', { subject: ' \u200b ' }],
    ['SND-06 line break in subject', 'subject-control-characters', { subject: 'a\r\nBcc: b@c.example' }],
    ['SND-04 direction override in subject', 'subject-hidden-characters', { subject: 'Scanners \u202egpj' }],
    ['SND-06 subject too long', 'subject-too-long', { subject: 'a'.repeat(256) }],
    ['SND-14 statutory label', 'sexually-oriented', { subject: 'SEXUALLY-EXPLICIT: x' }],
    ['SND-04 thread header', 'fake-thread-header', headers((all) => [...all, { name: 'In-Reply-To', value: '<x@y.example>' }])],
    ['SND-04 quoted conversation in text', 'fake-thread-quote', { text: `Hi\n-----Original Message-----\nFrom: you\n${GOOD.text}` }],
    ['SND-03 no advertisement sentence in text', 'ad-identification-missing', without('text', 'This is an advertisement')],
    ['SND-03 no advertisement sentence in html', 'ad-identification-missing', without('html', 'This is an advertisement')],
    ['SND-02 no street in text', 'postal-address-not-shown', without('text', 'Kalda tee 14')],
    ['SND-02 no postcode in html', 'postal-address-not-shown', without('html', '50104')],
    ['ROL-07 no controller in text', 'sender-identity-not-shown', without('text', 'Põhjala Scanners OÜ')],
    ['ROL-07 no privacy contact in html', 'sender-identity-not-shown', without('html', IDENTITY.privacyContact)],
    ['OPT-01 no link in text', 'unsubscribe-missing', without('text', LEGAL.unsubscribeUrl)],
    ['OPT-01 no link in html', 'unsubscribe-missing', without('html', `href="${LEGAL.unsubscribeUrl}"`)],
    ['OPT-01 link of somebody else in text', 'unsubscribe-missing', { text: GOOD.text.replaceAll(LEGAL.unsubscribeUrl, `${LEGAL.unsubscribeUrl}x`) }],
    ['OPT-01 legal block hidden by its parent', 'unsubscribe-missing', { html: GOOD.html.replace('<div role="region"', '<div style="display : none"><div role="region"') }],
    ['OPT-01 legal block in a comment', 'unsubscribe-missing', { html: GOOD.html.replace('<div role="region"', '<!-- <div role="region"').replace('</body>', '--></body>') }],
    ['OPT-01 legal block hidden by a style sheet', 'unsubscribe-missing', { html: GOOD.html.replace('</head>', '<style>body .x > div { display:none }</style></head>').replace('<div role="region"', '<div class="x"><div role="region"') }],
    ['OPT-01 legal block in white on white', 'unsubscribe-missing', { html: GOOD.html.replace('<div role="region"', '<div style="color:#fff;background:white"><div role="region"') }],
    ['OPT-01 link without words', 'unsubscribe-missing', { html: GOOD.html.replace('>Unsubscribe</a>', '></a>').replace('>Object to direct marketing</a>', '> </a>') }],
    ['OPT-01 no List-Unsubscribe', 'unsubscribe-header', headers((all) => all.filter((header) => header.name !== 'List-Unsubscribe'))],
    ['OPT-01 no List-Unsubscribe-Post', 'unsubscribe-header', headers((all) => all.filter((header) => header.name !== 'List-Unsubscribe-Post'))],
    ['LAW-05 right to object without heading', 'right-to-object-missing', without('html', 'Your right to object')],
    ['LAW-05 no notice link in html', 'notice-link-missing', without('html', LEGAL.privacyUrl)],
    ['LAW-05 no notice link in text', 'notice-link-missing', without('text', LEGAL.privacyUrl)],
    ['OPT-01 empty text part', 'text-part-empty', { text: '' }],
    ['OPT-01 text part with the legal block only', 'text-part-empty', { text: GOOD.text.slice(GOOD.text.indexOf('====')) }],
    ['OPT-01 html with pictures only', 'html-part-empty', { html: GOOD.html.replace(/<p>Hello.*?(?=\n<div)/s, '<img src="https://a.example/a.png" alt="">') }],
    ['OPT-01 parts say different things', 'parts-differ', { text: GOOD.text.replace(/^Hello.*?(?=\n=)/s, 'Quite another story altogether.') }],
    ['CON-11 1x1 picture', 'tracking-pixel', inHtml('<img src="https://t.example/a.png" width="1" height="1" alt="">')],
    ['CON-11 1x1 picture by style', 'tracking-pixel', inHtml('<img src="//t.example/a.png" style="width:1px" alt="">')],
    ['CON-11 hidden picture', 'tracking-pixel', inHtml('<span style="display:none"><img src="https://t.example/a.png" alt=""></span>')],
    ['CON-11 beacon path', 'tracking-pixel', inHtml('<img src="https://t.example/open/abc.gif" alt="">')],
    ['CON-11 pixel for one program only', 'tracking-pixel', inHtml('<!--[if mso]><img src="https://t.example/a.png" alt=""><![endif]-->')],
    ['CON-11 remote picture', 'remote-picture', inHtml('<img src="https://t.example/a.png" width="300" height="80" alt="scanner">')],
    ['CON-11 redirect by query', 'tracking-redirect', inHtml('<a href="https://r.example/?url=https%3A%2F%2Fx.example">x</a>')],
    ['CON-11 redirect by path', 'tracking-redirect', inHtml('<a href="https://r.example/ls/click/abc">x</a>')],
    ['CON-11 style sheet from elsewhere', 'element-not-allowed', inHtml('<link rel="stylesheet" href="https://a.example/a.css">')],
    ['CON-11 import in a style sheet', 'external-resource', inHtml('<style>@import "https://a.example/a.css";</style>')],
    ['CON-11 background by url', 'external-resource', inHtml('<p style="background:u\\72l(https://a.example/a.png)">x</p>')],
    ['CON-11 background attribute', 'external-resource', inHtml('<table background="https://a.example/a.png"></table>')],
    ['SND-18 script', 'element-not-allowed', inHtml('<script>alert(1)</script>')],
    ['SND-18 script in capitals', 'element-not-allowed', inHtml('<ScRiPt src=x></sCrIpT>')],
    ['SND-18 form', 'element-not-allowed', inHtml('<form action="https://a.example"><input name="a"></form>')],
    ['SND-18 frame', 'element-not-allowed', inHtml('<iframe src="https://a.example"></iframe>')],
    ['SND-18 svg', 'element-not-allowed', inHtml('<svg onload="x()"></svg>')],
    ['SND-18 base', 'element-not-allowed', inHtml('<base href="https://a.example">')],
    ['SND-18 refresh', 'element-not-allowed', inHtml('<meta http-equiv="refresh" content="0;url=https://a.example">')],
    ['SND-18 event attribute', 'script-attribute', inHtml('<p onclick="x()">x</p>')],
    ['SND-18 event attribute after a slash', 'script-attribute', inHtml('<img/onerror="x()"/src="https://a.example/a.png" alt="">')],
    ['SND-18 picture as data', 'picture-address', inHtml('<img src="data:image/svg+xml,x" alt="">')],
    ['SND-18 open tag', 'html-broken', { html: `${GOOD.html}<a href="` }],
    ['SND-18 open comment', 'html-broken', inHtml('<!-- x')],
    ['SND-18 ambiguous comment', 'html-broken', inHtml('<!--> x -->')],
    ['SND-18 doubled attribute', 'html-broken', inHtml('<p class="a" class="b">x</p>')],
    ['SND-18 script link', 'link-scheme', inHtml('<a href="java&#115;cript:alert(1)">x</a>')],
    ['SND-18 script link with a tab', 'link-scheme', inHtml('<a href="java&Tab;script&colon;alert(1)">x</a>')],
    ['SND-18 data link', 'link-scheme', inHtml('<a href=" data:text/html,x">x</a>')],
    ['SND-04 http link', 'link-http', inHtml('<a href="http://a.example/">x</a>')],
    ['SND-04 http link in text', 'link-http', { text: GOOD.text.replace('See https:', 'See http:') }],
    ['SND-04 shortener', 'link-shortener', inHtml('<a href="https://bit.ly/abc">x</a>')],
    ['SND-04 relative link', 'link-relative', inHtml('<a href="/page">x</a>')],
    ['SND-04 credentials in a link', 'link-credentials', inHtml('<a href="https://bank.example@a.example/">x</a>')],
    ['SND-04 bare IP address', 'link-ip', inHtml('<a href="https://192.0.2.1/">x</a>')],
    ['SND-04 disguised link', 'link-disguised', inHtml('<a href="https://a.example/">www.bank.example</a>')],
    ['SND-18 foreign merge tag', 'leftover-placeholder', { text: GOOD.text.replace('Mari', '*|FNAME|*') }],
    ['SND-18 bracketed placeholder', 'leftover-placeholder', { subject: 'Scanners for [Company Name]' }],
    ['SND-06 line break in a header', 'header-control-characters', headers((all) => [...all, { name: 'X-A', value: 'a\r\nBcc: b@c.example' }])],
    ['SND-06 two From headers', 'header-count', headers((all) => [...all, { name: 'from', value: 'b@c.example' }])],
  ];
  it.each(cases)('%s gives %s', (_title, id, change) => {
    expect(ids(change)).toContain(id);
  });

  it('SND-03 prior affirmative consent waives the advertisement sentence', () => {
    expect(ids(without('text', 'This is an advertisement'), { ...EXPECTED, consented: true })).not.toContain('ad-identification-missing');
  });

  it('OPT-01 an http link of ours passes on loopback only', () => {
    const message = prepareTemplate(TEMPLATE).render(FIELDS, { ...LEGAL, unsubscribeUrl: 'http://127.0.0.1:8080/u/a', privacyUrl: 'http://127.0.0.1:8080/privacy' });
    expect(checkFinalMessage(message, { ...EXPECTED, unsubscribeUrl: 'http://127.0.0.1:8080/u/a', privacyUrl: 'http://127.0.0.1:8080/privacy' })).toEqual([]);
  });

  it('SND-18 100 KB of hostile html is read in linear time and refused', () => {
    for (const piece of ['<a ', '<!--', '<b>', '</b>', '<p a="', '&#', '<style>', '<', '<a href=x ', '{', 'a{', 'on x wrote:\n', '<!--[if', '=']) {
      const started = process.cpuUsage().user;
      ids({ html: piece.repeat(Math.ceil(100_000 / piece.length)) });
      expect(process.cpuUsage().user - started).toBeLessThan(3_000_000);
    }
  });
});

describe('content checks of a template', () => {
  const samples = sampleRecipients(prepareTemplate(TEMPLATE).uses).map((fields) => ({ fields, legal: LEGAL }));
  const idsOf = (change: Partial<typeof TEMPLATE>, identity = IDENTITY, given = samples): string[] => checkTemplate({ ...TEMPLATE, ...change }, identity, given).map((finding) => finding.id);

  it('SND-18 a good template passes for every sample', () => {
    expect(samples.length).toBe(2);
    expect(idsOf({})).toEqual([]);
  });

  it('SND-18 every finding cites its rule and clause and says how to mend it', () => {
    const findings = checkTemplate({ ...TEMPLATE, subject: 'Re: {{nope}}', html: '<a href="{{email}}">{{{company}}}</a>' }, { ...IDENTITY, postalAddress: { ...IDENTITY.postalAddress, street: ' ' } }, samples);
    expect(findings.length).toBeGreaterThanOrEqual(3);
    for (const finding of findings) expect(Object.values({ rule: finding.rule, clause: finding.clause, message: finding.message, fix: finding.fix }).every((text) => text.length > 2)).toBe(true);
    expect(findings.find((finding) => finding.id === 'unknown-variable')?.where).toEqual({ part: 'subject', line: 1, column: 7 });
  });

  it.each([
    ['SND-03 language without legal block', { language: 'xx' }, 'legal-language-missing'],
    ['OPT-01 missing text part', { text: ' \n' }, 'text-part-empty'],
    ['SND-04 empty subject', { subject: '' }, 'subject-empty'],
    ['SND-06 subject of two lines', { subject: 'a\nb' }, 'subject-line-break'],
    ['SND-14 declared sexually oriented', { sexuallyOriented: true }, 'sexually-oriented'],
    ['CON-11 personal field in a link', { html: '<a href="https://a.example/?e={{email}}">x</a>' }, 'variable-in-link'],
    ['SND-18 hidden legal block', { html: `<div hidden>${TEMPLATE.html.replace(/<!DOCTYPE html>|<\/?(html|head|body).*?>|<meta.*?>|<title>.*?<\/title>/g, '')}{{> legal}}</div>` }, 'unsubscribe-missing'],
    ['SND-18 a sample lacks a field', { text: `${TEMPLATE.text}{{phone}}` }, 'template-field-missing'],
    ['D25 bad extra field', { extraFields: ['__proto__'] }, 'extra-field-invalid'],
  ])('%s', (_title, change, id) => {
    expect(idsOf(change)).toContain(id);
  });

  it('SND-02 ROL-07 an incomplete identity fails publishing', () => {
    expect(idsOf({}, { ...IDENTITY, postalAddress: { ...IDENTITY.postalAddress, locality: 'n/a' } })).toContain('postal-address-locality');
    expect(idsOf({}, { ...IDENTITY, privacyContact: '' })).toContain('identity-incomplete');
    expect(idsOf({}, { ...IDENTITY, privacyContact: 'ask us' })).toContain('identity-contact');
  });

  it('SND-18 a template that nobody was rendered for is not passed', () => {
    expect(idsOf({}, IDENTITY, [])).toEqual(['no-sample']);
  });
});
