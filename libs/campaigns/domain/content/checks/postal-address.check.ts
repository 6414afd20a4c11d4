import { postalAddressFindings } from '../postal-address.js';
import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** A valid postal address, visible in both parts (SND-02). */
export const postalAddress: ContentCheck = {
  id: 'postal-address',
  rule: 'SND-02',
  clause: '15 USC 7704(a)(5)(A)(iii); 16 CFR 316.2(p)',
  run({ plain, view, expected }: CheckedMessage) {
    const address = expected.identity.postalAddress;
    const invalid = postalAddressFindings(address);
    if (invalid.length > 0) return invalid;
    const parts = [['text', plain], ['html', view.visibleText]] as const;
    return parts.filter(([, content]) => {
      const seen = folded(content);
      return ![address.street, address.locality, address.postcode].every((piece) => seen.includes(folded(piece)));
    }).map(([part]) => found(postalAddress, { id: 'postal-address-not-shown', where: { part }, message: `The ${part} part does not show the postal address of the sender.`, fix: 'Keep {{> legal}} in the open; it prints the address.' }));
  },
};
