export type ClassReason = 'pure-promotion' | 'subject-suggests-promotion' | 'transactional-text-not-first' | 'doubtful';

/** The class of a message and what it was decided on; recorded with the template version. */
export interface Classification {
  readonly class: 'commercial';
  readonly rule: 'SND-01';
  readonly clause: '16 CFR 316.3';
  readonly reason: ClassReason;
  readonly criteria: {
    readonly declaredPurpose: string;
    readonly subjectSuggestsPromotion: boolean;
    readonly hasTransactionalText: boolean;
    readonly startsTransactional: boolean;
  };
}

const PROMOTION = /\b(offers?|sale|discount|deal|save|free|trial|demo|try|buy|new|launch|introducing|for you|for \{|improve|boost|grow|solution|product|service|price|quote|webinar|invit\w+|book a|meet)\b|\d+ ?%/i;
const TRANSACTIONAL = /\b(your (order|purchase|invoice|receipt|subscription|account|booking|contract|warranty|delivery|password)|order (number|no\.?|#)|confirm(s|ed|ation of) your|security (notice|update)|recall|change(s)? (to|in) (your|our) (terms|account))\b/i;

/**
 * Classifies a template by its primary purpose (SND-01). Outright sends outreach only, so the class is always commercial;
 * text that looks transactional changes the recorded reason, never the class, and in doubt it stays commercial.
 */
export function classify(template: { readonly subject: string; readonly text: string }, declaredPurpose = 'outreach'): Classification {
  const start = template.text.trim().split(/\n\s*\n/).slice(0, 2).join('\n').slice(0, 400);
  const criteria = {
    declaredPurpose,
    subjectSuggestsPromotion: PROMOTION.test(template.subject),
    hasTransactionalText: TRANSACTIONAL.test(template.text) || TRANSACTIONAL.test(template.subject),
    startsTransactional: TRANSACTIONAL.test(start),
  };
  return { class: 'commercial', rule: 'SND-01', clause: '16 CFR 316.3', reason: reasonOf(criteria), criteria };
}

function reasonOf(criteria: Classification['criteria']): ClassReason {
  if (!criteria.hasTransactionalText) return 'pure-promotion';
  if (criteria.subjectSuggestsPromotion) return 'subject-suggests-promotion';
  return criteria.startsTransactional ? 'doubtful' : 'transactional-text-not-first';
}
