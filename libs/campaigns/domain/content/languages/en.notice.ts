import { retentionSentence } from '../retention-sentence.js';
import type { NoticeInput, NoticeLanguage } from './notice-language.js';

const FIELDS = ['first name', 'last name', 'email address', 'phone number', 'company', 'web domain'];
const COUNTRY = new Intl.DisplayNames(['en'], { type: 'region' });

/** The English wording of the full notice. */
export const englishNotice: NoticeLanguage = {
  code: 'en',
  title: (name) => `Privacy notice of ${name} for people we write to`,
  sections: (input) => [...whoAndWhy(input), ...dataAndTime(input), ...rights(input)],
};

function whoAndWhy({ identity, address, facts, legal }: NoticeInput) {
  return [
    { id: 'controller', clause: 'GDPR 14(1)(a)', heading: 'Who is responsible', paragraphs: [`${identity.name}, ${address}, decides why and how your data is used.`] },
    { id: 'contact', clause: 'GDPR 14(1)(a)-(b)', heading: 'Whom to ask', paragraphs: [legal.privacyContact(identity.privacyContact), identity.dpo === undefined ? 'We have not appointed a data protection officer; the privacy contact answers.' : legal.dpo(identity.dpo)] },
    { id: 'objection', clause: 'GDPR 21(2)-(4)', heading: legal.objectHeading, paragraphs: [`You may object to direct marketing at any time, free of charge and without a reason. We then stop for good. Use the unsubscribe link of any message, type your address at ${facts.optOutUrl}, or write to ${identity.privacyContact}.`] },
    {
      id: 'purposes', clause: 'GDPR 14(1)(c), (2)(b)', heading: 'Why we use your data', paragraphs: ['We use it for these purposes only:'],
      items: facts.purposes.map((one) => [legal.purpose(one.purpose), legal.basis[one.basis], ...(one.interestText === undefined ? [] : [legal.interest(one.interestText)])].join(' ')),
    },
  ] as const;
}

function dataAndTime({ facts, legal }: NoticeInput) {
  const outside = facts.recipients.filter((one) => one.safeguard !== undefined);
  return [
    { id: 'categories', clause: 'GDPR 14(1)(d)', heading: 'What data we hold', paragraphs: ['At most these, and where they came from:'], items: [...FIELDS, ...(facts.extraFields ?? []).map((name) => name.replaceAll('_', ' '))] },
    { id: 'source', clause: 'GDPR 14(2)(f)', heading: 'Where your data came from', paragraphs: ['Each message names the source of your data, the day, and whether that source is publicly accessible. We do not buy address lists. The kinds of sources are:'], items: facts.sources.map((kind) => legal.source[kind]) },
    { id: 'recipients', clause: 'GDPR 14(1)(e)', heading: 'Who receives it', paragraphs: [facts.recipients.length === 0 ? 'Nobody outside our company receives your data.' : 'These process it for us and for nothing else:'], items: facts.recipients.map((one) => `${one.name}: ${one.task} (${COUNTRY.of(one.country) ?? one.country})`) },
    { id: 'transfers', clause: 'GDPR 14(1)(f)', heading: 'Transfers to other countries', paragraphs: [outside.length === 0 ? 'Your data stays in the European Economic Area.' : 'Your data leaves the European Economic Area only under these safeguards; ask us for a copy:'], items: outside.map((one) => `${COUNTRY.of(one.country) ?? one.country}: ${one.safeguard ?? ''}`) },
    { id: 'retention', clause: 'GDPR 14(2)(a)', heading: 'How long we keep it', paragraphs: [retentionSentence(legal, facts.retention, facts.erasureHours)] },
  ] as const;
}

function rights({ identity, legal }: NoticeInput) {
  return [
    { id: 'rights', clause: 'GDPR 14(2)(c)', heading: 'Your other rights', paragraphs: [legal.rights, 'We answer within one month, free of charge.'] },
    { id: 'withdrawal', clause: 'GDPR 14(2)(d)', heading: 'Taking back consent', paragraphs: [legal.withdrawal] },
    { id: 'complaint', clause: 'GDPR 14(2)(e)', heading: 'Complaints', paragraphs: [legal.complaint(identity.supervisoryAuthority)] },
    { id: 'automated', clause: 'GDPR 14(2)(g)', heading: 'Automated decisions', paragraphs: ['No decision with legal or similarly significant effect on you is made by a program alone, and no profile of you is built.'] },
  ] as const;
}
