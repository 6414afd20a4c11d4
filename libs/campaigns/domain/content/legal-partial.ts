import { BadInput } from '#kernel/errors';
import type { ControllerIdentity } from './controller-identity.js';
import { escapeHtml } from './escape-html.js';
import type { LegalLanguage } from './languages/legal-language.js';
import { legalLanguage } from './languages/legal-languages.js';
import { publiclyAccessible, type LegalContext, type LegalSource } from './legal-context.js';
import { layoutHtml, layoutText, type LegalBlock } from './legal-layout.js';
import { filled, joined, layoutOf, slotValues, SOURCE_SLOT, URL_SLOT, type PartLayout } from './message-layout.js';
import { addressLine } from './postal-address.js';
import { retentionSentence } from './retention-sentence.js';

// eslint-disable-next-line no-control-regex -- refusing control characters is the point
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\uE010\uE011]/;
const REMEMBERED_PER_IDENTITY = 64;
const remembered = new WeakMap<ControllerIdentity, Map<string, LegalSkeleton>>();

/** What a legal block says to everybody in a campaign, with slots for the rest. */
export interface LegalSkeleton {
  readonly text: string;
  readonly html: string;
  readonly layouts: { readonly text: PartLayout; readonly html: PartLayout };
}

/** The legal block of one message, not put together yet. The same wording has the same skeleton object. */
export interface LegalParts {
  readonly skeleton: LegalSkeleton;
  readonly url: string;
  readonly source: string;
}

/**
 * The legal block of one message as plain text and as html (SND-02, SND-03, OPT-01, LAW-02, LAW-05, ROL-07): advertising
 * identification, sender with postal address, unsubscribe link, the right to object on its own (GDPR 21(4)), source,
 * purpose, basis, retention, rights, complaint and the link to the full notice (GDPR 14).
 * @throws BadInput `legal-language-missing`, `legal-interest-missing` (LAW-02), `legal-value-forbidden` (SND-06).
 */
export function renderLegal(language: string, context: LegalContext): { text: string; html: string } {
  const { skeleton: { layouts }, url, source } = legalParts(language, context);
  return {
    text: joined(filled(layouts.text, slotValues(url, source, []))),
    html: joined(filled(layouts.html, slotValues(escapeHtml(url), escapeHtml(source), []))),
  };
}

/** The same in parts, for whoever puts many together. @throws what `renderLegal` throws */
export function legalParts(language: string, context: LegalContext): LegalParts {
  const words = legalLanguage(language);
  return { skeleton: skeletonOf(words, context), url: checked(context.unsubscribeUrl, 'unsubscribeUrl'), source: sourceSentences(words, context.source) };
}

/** What is the same for everybody in a campaign, built once per identity object and wording. */
function skeletonOf(words: LegalLanguage, context: LegalContext): LegalSkeleton {
  const key = [words.version, context.privacyUrl, context.purpose, context.basis, context.interestText, context.retention?.period, context.retention?.erasureHours].join('\n');
  let known = remembered.get(context.identity);
  if (known === undefined) remembered.set(context.identity, known = new Map<string, LegalSkeleton>());
  let skeleton = known.get(key);
  if (skeleton === undefined) {
    const block = legalBlock(words, context);
    const text = layoutText(words, block);
    const html = layoutHtml(words, mapBlock(block, escapeHtml));
    skeleton = { text, html, layouts: { text: layoutOf(text), html: layoutOf(html) } };
    if (known.size >= REMEMBERED_PER_IDENTITY) known.clear();
    known.set(key, skeleton);
  }
  return skeleton;
}

function legalBlock(words: LegalLanguage, context: LegalContext): LegalBlock {
  const { identity } = context;
  for (const [field, value] of Object.entries(identity)) if (typeof value === 'string') checked(value, field);
  return {
    advertisement: words.advertisement(identity.name),
    sender: [
      words.controller(identity.name, checked(addressLine(identity.postalAddress, words.code), 'postalAddress')), words.privacyContact(identity.privacyContact),
      ...(identity.dpo === undefined ? [] : [words.dpo(identity.dpo)]),
    ],
    unsubscribeUrl: URL_SLOT,
    objectText: words.objectText(identity.privacyContact),
    why: [SOURCE_SLOT, words.purpose(checked(context.purpose, 'purpose')), ...basisLines(words, context), retentionSentence(words, context.retention?.period, context.retention?.erasureHours)],
    rights: [words.rights, words.withdrawal, words.complaint(identity.supervisoryAuthority)],
    privacyUrl: checked(context.privacyUrl, 'privacyUrl'),
  };
}

function sourceSentences(words: LegalLanguage, source: LegalSource): string {
  const url = source.url === undefined ? '' : printableUrl(source.url);
  const name = source.name?.trim() ?? '';
  const detail = name === '' || url === '' ? name + url : `${name}, ${url}`;
  const sentence = words.sourceSentence(words.source[source.kind], detail === '' ? undefined : checked(detail, 'source'), checked(source.collectedOn, 'collectedOn'));
  return `${sentence} ${words.publicly[publiclyAccessible(source)]}`;
}

/** Host and path only: the query may hold tokens, and a source is told, not linked. */
function printableUrl(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[?#].*$/s, '').slice(0, 200);
}

function basisLines(words: LegalLanguage, context: LegalContext): readonly string[] {
  const line = words.basis[context.basis];
  if (context.basis !== 'legitimate_interest') return [line];
  const interest = context.interestText?.trim() ?? '';
  if (interest !== '') return [line, words.interest(checked(interest, 'interestText'))];
  throw new BadInput('The notice lacks the legitimate interest it relies on.', { code: 'legal-interest-missing', rule: 'LAW-02', fix: 'Name an approved assessment (lia) in the campaign.' });
}

function checked(value: string, name: string): string {
  if (value.trim() !== '' && value.length <= 2_000 && !FORBIDDEN.test(value)) return value;
  throw new BadInput(`The legal block's ${name} is empty, too long or holds a control character.`, { code: 'legal-value-forbidden', rule: 'SND-06', fix: `Correct ${name}.` });
}

function mapBlock(block: LegalBlock, map: (value: string) => string): LegalBlock {
  return {
    advertisement: map(block.advertisement), sender: block.sender.map(map), unsubscribeUrl: map(block.unsubscribeUrl), objectText: map(block.objectText),
    why: block.why.map(map), rights: block.rights.map(map), privacyUrl: map(block.privacyUrl),
  };
}
