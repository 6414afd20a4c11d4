import type { LegalLanguage } from './legal-language.js';

const UNITS = { Y: 'year', M: 'month', D: 'day' } as const;

/** The English wording of the legal block. */
export const english: LegalLanguage = {
  code: 'en',
  version: 'en-1',
  advertisementPhrases: ['this is an advertisement', 'this is a marketing message', 'this is a commercial message', 'this is a promotional message'],
  regionLabel: 'Legal information about this message',
  advertisement: (sender) => `This is an advertisement from ${sender}.`,
  controller: (name, address) => `Sender and data controller: ${name}, ${address}.`,
  privacyContact: (contact) => `Privacy contact: ${contact}.`,
  dpo: (contact) => `Data protection officer: ${contact}.`,
  unsubscribeLead: 'Unsubscribe from all our marketing, free and without giving a reason:',
  unsubscribeLink: 'Unsubscribe',
  objectHeading: 'Your right to object',
  objectText: (contact) => `You may object at any time to the use of your data for direct marketing. We then stop for good. Use the link below, reply to this message or write to ${contact}.`,
  objectLink: 'Object to direct marketing',
  whyHeading: 'Why you get this message',
  source: {
    public_website: 'a public website', search_engine: 'a search engine', social_network: 'a social network',
    sourcing_tool: 'a contact data provider', own_form: 'a form on our website', own_order: 'an order placed with us',
    own_newsletter: 'a subscription to our newsletter', own_survey: 'a survey of ours', own_chat: 'a chat with us',
    event: 'an event', referral: 'a referral', partner: 'a partner of ours',
  },
  sourceSentence: (source, detail, date) => `We took your contact data from ${source}${detail === undefined ? '' : ` (${detail})`} on ${date}.`,
  publicly: {
    yes: 'That source is publicly accessible.',
    no: 'That source is not publicly accessible.',
    unknown: 'We do not know whether that source took it from a publicly accessible place.',
  },
  purpose: (purpose) => `Purpose: ${purpose}.`,
  basis: {
    consent: 'Legal basis: your consent (GDPR Article 6(1)(a)).',
    soft_opt_in: 'Legal basis: our legitimate interest (GDPR Article 6(1)(f)) in telling customers about similar products of ours.',
    legitimate_interest: 'Legal basis: our legitimate interest (GDPR Article 6(1)(f)).',
    opt_out_regime: 'Legal basis: the law that applies to you allows business mail until you opt out.',
    contract: 'Legal basis: our contract with you (GDPR Article 6(1)(b)).',
    legal_obligation: 'Legal basis: a legal obligation of ours (GDPR Article 6(1)(c)).',
  },
  interest: (text) => `That interest: ${text}`,
  retention: (period, hours) => `We keep your marketing data for at most ${period} after we collected it or you last dealt with us. If you unsubscribe or object we erase it within ${hours} hours and keep only a coded mark so that we never write again.`,
  duration: (count, unit) => `${count} ${UNITS[unit]}${count === 1 ? '' : 's'}`,
  rightsHeading: 'Your other rights',
  rights: 'You may ask us for access to your data, a copy of it, its correction, erasure, restriction of its use and its transfer to you or to another provider.',
  withdrawal: 'Where you gave consent you may withdraw it at any time; what was done before stays lawful.',
  complaint: (authority) => (authority === undefined
    ? 'You may complain to the data protection authority of the place where you live or work.'
    : `You may complain to a data protection authority, for example: ${authority}.`),
  noticeLead: 'The full privacy notice (GDPR Article 14):',
  noticeLink: 'Privacy notice',
};
