import Handlebars from 'handlebars';
import type { PiecedPart } from '#contracts/api/campaign-content';
import { escapeHtml } from './escape-html.js';
import type { LegalParts, LegalSkeleton } from './legal-partial.js';
import { fieldSlot, filled, hasFieldSlot, hasSlot, joined, layoutOf, slotValues, type PartLayout } from './message-layout.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import type { RenderedMessage } from './template-source.js';

interface Layouts { readonly subject: PartLayout; readonly text: PartLayout; readonly html: PartLayout }
/** One value per field that the template names; whatever is no text stands for an absent one. */
export type Values = readonly unknown[];
export type PlainRendering = (values: Values, legal: { readonly text: string; readonly html: string }) => RenderedMessage;

/** Layouts kept for one legal block: recipients differ in which fields they have. */
const MOST_LAYOUTS = 64;

/**
 * Renders by layout: what a template prints depends on which fields a recipient has, and beyond that the values only fill the gaps.
 * So each combination is rendered once with slots for values. A layout that does not give what plain rendering gives is not used.
 */
export class RenderedLayouts {
  private readonly known = new WeakMap<LegalSkeleton, Map<string, Layouts | undefined>>();

  constructor(private readonly plain: PlainRendering) {}

  render(values: Values, legal: LegalParts): RenderedMessage {
    const layouts = this.layoutsFor(values, legal);
    const message = layouts === undefined ? undefined : fill(layouts, values, legal);
    return message === undefined || isLarge(message) ? this.plain(values, plainLegal(legal)) : message;
  }

  private layoutsFor(values: Values, legal: LegalParts): Layouts | undefined {
    let known = this.known.get(legal.skeleton);
    if (known === undefined) this.known.set(legal.skeleton, known = new Map<string, Layouts | undefined>());
    let present = '';
    for (const value of values) present += typeof value === 'string' ? '1' : '0';
    const found = known.get(present);
    if (found !== undefined || known.has(present)) return found;
    const made = this.make(values, legal);
    if (made === 'unknown') return undefined;
    if (known.size >= MOST_LAYOUTS) known.clear();
    known.set(present, made);
    return made;
  }

  /** `unknown` where this recipient's values cannot be told from slots; the next recipient's may. */
  private make(values: Values, legal: LegalParts): Layouts | undefined | 'unknown' {
    if ([legal.url, legal.source, ...values].some((value) => typeof value === 'string' && hasSlot(value))) return 'unknown';
    if (hasFieldSlot(legal.skeleton.text) || hasFieldSlot(legal.skeleton.html)) return undefined;
    const right = this.plain(values, plainLegal(legal));
    const marked = this.plain(values.map((value, at) => (typeof value === 'string' ? fieldSlot(at) : value)), legal.skeleton);
    const layouts = { subject: layoutOf(marked.subject), text: layoutOf(marked.text), html: layoutOf(marked.html) };
    const { subject, text, html } = fill(layouts, values, legal);
    return subject === right.subject && text === right.text && html === right.html ? layouts : undefined;
  }
}

function plainLegal({ skeleton, url, source }: LegalParts): { text: string; html: string } {
  return {
    text: joined(filled(skeleton.layouts.text, slotValues(url, source, []))),
    html: joined(filled(skeleton.layouts.html, slotValues(escapeHtml(url), escapeHtml(source), []))),
  };
}

function fill(layouts: Layouts, values: Values, { url, source }: LegalParts): RenderedMessage & { layout: { text: PiecedPart; html: PiecedPart } } {
  const plain = slotValues(url, source, values as readonly string[]);
  const escaped = slotValues(escapeHtml(url), escapeHtml(source), values.map((value) => (typeof value === 'string' ? Handlebars.escapeExpression(value) : '')));
  const text = filled(layouts.text, plain);
  const html = filled(layouts.html, escaped);
  return { subject: joined(filled(layouts.subject, plain)), text: joined(text), html: joined(html), layout: { text, html } };
}

/** Large enough to be over the limit, which plain rendering counts to the byte. */
function isLarge({ text, html, subject }: RenderedMessage): boolean {
  return Math.max(text.length, html.length, subject.length) * 3 > TEMPLATE_LIMITS.outputBytes;
}
