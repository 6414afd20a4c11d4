import type { ControllerIdentity } from '../controller-identity.js';
import type { ContentFinding } from '../content-finding.js';
import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** Both parts name the controller and the privacy contact of the identity record (ROL-07). */
export const senderIdentity: ContentCheck = {
  id: 'sender-identity',
  rule: 'ROL-07',
  clause: 'GDPR 14(1)(a)-(b)',
  run({ plain, view, expected }: CheckedMessage) {
    const missing = identityFindings(expected.identity);
    if (missing.length > 0) return missing;
    const { name, privacyContact, dpo } = expected.identity;
    const parts = [['text', plain], ['html', view.visibleText]] as const;
    return parts.flatMap(([part, content]) => {
      const seen = folded(content);
      const absent = ([['controller name', name], ['privacy contact', privacyContact], ['data protection officer', dpo]] as const).filter(([, value]) => value !== undefined && !seen.includes(folded(value)));
      return absent.map(([what]) => found(senderIdentity, { id: 'sender-identity-not-shown', where: { part }, message: `The ${part} part does not show the ${what}.`, fix: 'Keep {{> legal}} in the open; it prints the identity record.' }));
    });
  },
};

/** What an identity record lacks besides its postal address. */
export function identityFindings(identity: ControllerIdentity): ContentFinding[] {
  const absent = (['name', 'privacyContact', 'establishmentCountry'] as const).filter((field) => typeof identity[field] !== 'string' || folded(identity[field]) === '');
  const contact = absent.includes('privacyContact') || /^\S+@\S+\.\S+$|^https:\/\/\S+\.\S+$/.test(identity.privacyContact.trim());
  return [
    ...absent.map((field) => found(senderIdentity, { id: 'identity-incomplete', where: { part: 'identity' }, message: `The identity record lacks ${field}.`, fix: `Give ${field} in the company identity.` })),
    ...(contact ? [] : [found(senderIdentity, { id: 'identity-contact', where: { part: 'identity' }, message: 'The privacy contact is neither an email address nor an https address.', fix: 'Give one that people can use.' })]),
  ];
}
