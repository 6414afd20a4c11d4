import type { EventData } from '#contracts/define-event';
import type * as delivery from '#contracts/events/delivery/index';
import type * as permission from '#contracts/events/permission/index';

/** What stands on a contact's stream about the person's standing: basis, wishes, blocks. */
export type StandingEvent =
  | EventData<typeof permission.contactAdded> | EventData<typeof permission.contactSourceMerged>
  | EventData<typeof permission.basisAssigned> | EventData<typeof permission.basisEnded>
  | EventData<typeof permission.consentWithdrawn> | EventData<typeof permission.optOutRecorded> | EventData<typeof permission.objectionRecorded>
  | EventData<typeof permission.restrictionSet> | EventData<typeof permission.restrictionLifted>
  | EventData<typeof permission.hardBounceRecorded> | EventData<typeof permission.noticeProvided>
  | EventData<typeof permission.contactErasureStarted> | EventData<typeof permission.otherContactsReached>;

/** What stands there about single messages. */
export type DispatchEvent =
  | EventData<typeof delivery.dispatchAuthorized> | EventData<typeof delivery.dispatchRefused> | EventData<typeof delivery.emailHandedOff>
  | EventData<typeof delivery.dispatchFailed> | EventData<typeof delivery.dispatchOutcomeUnknown>
  | EventData<typeof delivery.dispatchOutcomeResolved> | EventData<typeof delivery.dispatchCancelled>;

export type ContactEvent = StandingEvent | DispatchEvent;
