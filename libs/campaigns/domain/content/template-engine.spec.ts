import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Handlebars from 'handlebars';
import { BadInput, OutrightError } from '#kernel/errors';
import { HOSTILE_TEMPLATES } from './hostile-templates.fixture.js';
import { allowedFields } from './personal-fields.js';
import { prepareTemplate } from './prepared-template.js';
import { FIELDS, LEGAL, TEMPLATE } from './sample-content.fixture.js';
import { compilePart } from './template-engine.js';

const allowed = allowedFields();
const refusalOf = (source: string, part: 'subject' | 'text' | 'html' = 'text'): OutrightError => {
  try {
    compilePart(source, part, allowed);
  } catch (error) {
    if (error instanceof OutrightError) return error;
    throw error;
  }
  throw new Error(`compiled: ${source.slice(0, 80)}`);
};
const render = (change: Partial<typeof TEMPLATE>, fields: Record<string, string> = FIELDS) => prepareTemplate({ ...TEMPLATE, ...change }).render(fields, LEGAL);
const before = { keys: Object.getOwnPropertyNames(Object.prototype).length, helpers: Object.keys(Handlebars.helpers).length };

describe('template engine', () => {
  afterAll(() => {
    expect({ keys: Object.getOwnPropertyNames(Object.prototype).length, helpers: Object.keys(Handlebars.helpers).length }).toEqual(before);
  });

  it(`SND-18 refuses ${HOSTILE_TEMPLATES.length} hostile templates in every part, with rule, fix and place`, () => {
    expect(HOSTILE_TEMPLATES.length).toBeGreaterThanOrEqual(60);
    for (const source of HOSTILE_TEMPLATES) {
      for (const part of ['subject', 'text', 'html'] as const) {
        const error = refusalOf(source, part);
        expect([error instanceof BadInput, error.code, typeof error.rule, (error.fix ?? '').length > 5]).toEqual([true, 'template-refused', 'string', true]);
        expect(error.message).toMatch(new RegExp(`\\(${part}( \\d+:\\d+)?\\)$`));
      }
    }
  });

  it('SND-18 the place of a refusal is its line and column', () => {
    expect(refusalOf('a\nb {{{company}}}').message).toContain('(text 2:3)');
    expect(refusalOf('a\n\n  {{nope}}').message).toContain('(text 3:5)');
    expect(refusalOf('a\n{{#if company}}\n').message).toMatch(/\(text \d+:\d+\)/);
  });

  it('SND-18 html escapes values, text and subject do not, and a value is never read as a template', () => {
    const company = `<b onclick="x">&'{{constructor}}{{{x}}}`;
    const message = render({ html: '<p title="{{company}}">{{company}}</p>', text: '{{company}}' }, { ...FIELDS, company });
    expect(message.text.startsWith(company)).toBe(true);
    expect(message.subject).toBe(`Barcode scanners for ${company}`);
    expect(message.html).toContain('<p title="&lt;b onclick&#x3D;&quot;x&quot;&gt;&amp;&#x27;{{constructor}}{{{x}}}">');
  });

  it('SND-18 conditions and fallbacks see absent, empty and blank alike', () => {
    const text = '{{#if company}}yes {{company}}{{else}}no{{/if}} {{#unless phone}}none{{/unless}} {{default last_name "friend"}}';
    expect(render({ text, subject: 'a' }).text).toMatch(/^yes Ladu & Co none friend\n/);
    expect(render({ text, subject: 'a', html: '<p>a</p>' }, { company: ' ', phone: '1', last_name: '' }).text).toMatch(/^no {2}friend\n/);
  });

  it('SND-02 the legal block is appended where the template lacks it, and stands where it is placed', () => {
    const placed = render({ text: 'a\n{{> legal}}\nPS', html: '<div>{{> legal}}</div><p>PS</p>' });
    expect(placed.text.trimEnd().endsWith('PS')).toBe(true);
    expect(placed.html.match(/role="region"/g)).toHaveLength(1);
    expect(render({}).html).toMatch(/role="region"[\s\S]*<\/body>/);
    expect(render({ html: '<p>a</p>' }).html).toMatch(/^<p>a<\/p>\s*<div role="region"/);
  });

  it.each([
    ['unquoted attribute', '<p title={{company}}>x</p>', 'variable-in-markup'], ['attribute name', '<p {{company}}="x">x</p>', 'variable-in-markup'], ['element name', '<{{company}}>x', 'html-broken'], ['style', '<p style="color:{{company}}">x</p>', 'variable-in-markup'],
    ['event', '<p onclick="{{company}}">x</p>', 'variable-in-markup'], ['link', '<a href="https://a.example/{{company}}">x</a>', 'variable-in-link'], ['whole link', '<a href="{{company}}">x</a>', 'variable-in-link'], ['picture', '<img src="https://a.example/{{email}}.png">', 'variable-in-link'],
    ['own link with more', '<a href="{{unsubscribe_url}}?x=1">x</a>', 'variable-in-link'], ['comment', '<!-- {{company}} -->', 'variable-in-markup'], ['style sheet', '<style>{{company}}</style>', 'variable-in-markup'], ['script', '<script>{{company}}</script>', 'variable-in-markup'],
    ['condition in a tag', '<p {{#if company}}hidden{{/if}}>x</p>', 'variable-in-markup'], ['condition around an open comment', '{{#if company}}<!--{{/if}} x -->', 'variable-in-markup'], ['condition around half an element', '{{#if company}}<div hidden>{{/if}}x', 'condition-splits-element'],
    ['condition closing an outer element', '<div>{{#if company}}</div>{{/if}}x', 'condition-splits-element'], ['branches that differ', '{{#if company}}<div>{{else}}</div>{{/if}}', 'condition-splits-element'], ['legal block in a title', '<title>{{> legal}}</title>', 'variable-in-markup'], ['legal block in a comment', '<!-- {{> legal}} -->', 'variable-in-markup'],
  ])('SND-18 CON-11 a tag where escaping does not protect is refused: %s', (_title, html, id) => {
    expect(() => prepareTemplate({ ...TEMPLATE, html })).toThrow(expect.objectContaining({ code: 'template-refused', findings: expect.arrayContaining([expect.objectContaining({ id })]) }));
  });

  it('OPT-01 our own links may be a whole link target', () => {
    expect(render({ html: '<p><a href="{{unsubscribe_url}}">Out</a> {{#if company}}<b>{{company}}</b>{{/if}}</p>' }).html).toContain(`<a href="${LEGAL.unsubscribeUrl}">Out</a>`);
  });

  it.each(['a\r\nBcc: b@c.example', 'a\nb', 'a\u0000', 'a\u2028b', 'a\u202eb', 'a\uD800', 'x'.repeat(1_001)])('SND-06 a field value with a line break, control or excess is refused without showing it: %j', (company) => {
    expect(() => render({}, { ...FIELDS, company })).toThrow(expect.objectContaining({ code: 'field-value-forbidden', rule: 'SND-06', message: expect.not.stringContaining(company) }));
  });

  it('SND-18 values on a prototype, and values that are not text, are not read', () => {
    const inherited = Object.create({ company: 'x' }) as Record<string, string>;
    expect(() => render({}, inherited)).toThrow(/no value for company/);
    const odd = { ...FIELDS, company: { toHTML: () => '<script>' } } as unknown as Record<string, string>;
    expect(() => render({}, odd)).toThrow(expect.objectContaining({ code: 'field-value-forbidden' }));
  });

  it('SND-18 an output larger than the limit is refused', () => {
    const text = `${'{{company}}'.repeat(290)}${'x'.repeat(200_000)}`;
    expect(() => render({ subject: 'a', text }, { ...FIELDS, company: 'ä'.repeat(1_000) })).toThrow(expect.objectContaining({ code: 'template-output-too-large' }));
  });

  it('SND-18 rendering is deterministic', () => {
    expect(render({})).toEqual(render({}));
  });

  it('SND-18 5,000 fuzzed templates neither escape nor crash', () => {
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE_TEMPLATES.filter((source) => source.length < 200), '{{company}}', '{{default phone "x"}}', '{{#if phone}}', '{{else}}', '{{/if}}', '{{#unless phone}}', '{{/unless}}', '{{> legal}}', '<p>', '</p>', '<a href="', '">', '<!--', '-->', ' '),
      fc.string({ maxLength: 12 }), fc.tuple(fc.constantFrom('{{', '{{#', '{{>', '{{*', '{{{', '{{else ', '{{^'), fc.string({ maxLength: 10 }), fc.constantFrom('}}', '}}}', '~}}', '')).map((parts) => parts.join('')),
    );
    let compiled = 0;
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), fc.constantFrom('subject', 'text', 'html'), (source, part) => {
      try {
        const output = render({ [part]: `x${source}` });
        compiled += 1;
        expect(output[part as 'text']).not.toMatch(/function|\[object|native code|undefined/);
        if (part === 'html') expect(output.html).not.toContain('Ladu & Co');
      } catch (error) {
        if (!(error instanceof OutrightError)) throw error;
      }
    }), { numRuns: 5_000, seed: 20_261_122 });
    expect(compiled).toBeGreaterThan(100);
  });
});
