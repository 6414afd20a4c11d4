import { activeContent } from './active-content.check.js';
import { adIdentification } from './ad-identification.check.js';
import type { ContentCheck } from './content-check.js';
import { fakeThread } from './fake-thread.check.js';
import { headerSafety } from './header-safety.check.js';
import { leftoverPlaceholder } from './leftover-placeholder.check.js';
import { linkTarget } from './link-target.check.js';
import { postalAddress } from './postal-address.check.js';
import { rightToObject } from './right-to-object.check.js';
import { senderIdentity } from './sender-identity.check.js';
import { sexuallyOriented } from './sexually-oriented.check.js';
import { subjectLine } from './subject-line.check.js';
import { textPart } from './text-part.check.js';
import { tracking } from './tracking.check.js';
import { unsubscribeLink } from './unsubscribe-link.check.js';

/** Every check of a final message, in the order of printing. */
export const CONTENT_CHECKS: readonly ContentCheck[] = [
  subjectLine, fakeThread, sexuallyOriented, adIdentification, postalAddress, senderIdentity, unsubscribeLink, rightToObject,
  textPart, linkTarget, tracking, activeContent, leftoverPlaceholder, headerSafety,
];
