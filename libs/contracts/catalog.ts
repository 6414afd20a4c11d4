import type { EventDefinition } from './define-event.js';
import { importBatchReceived } from './events/sourcing/import-batch-received.v1.js';
import { importBatchRejected } from './events/sourcing/import-batch-rejected.v1.js';
import { importRowSuppressed } from './events/sourcing/import-row-suppressed.v1.js';
import { importChunkStored } from './events/sourcing/import-chunk-stored.v1.js';
import { importCompleted } from './events/sourcing/import-completed.v1.js';
import { prospectSourced } from './events/sourcing/prospect-sourced.v1.js';
import { contactLinked } from './events/sourcing/contact-linked.v1.js';
import { sourceAdded } from './events/sourcing/source-added.v1.js';
import { retentionAnchorMoved } from './events/sourcing/retention-anchor-moved.v1.js';
import { contactAdded } from './events/permission/contact-added.v1.js';
import { contactSourceMerged } from './events/permission/contact-source-merged.v1.js';
import { basisAssigned } from './events/permission/basis-assigned.v1.js';
import { basisEnded } from './events/permission/basis-ended.v1.js';
import { consentWithdrawn } from './events/permission/consent-withdrawn.v1.js';
import { optOutRecorded } from './events/permission/opt-out-recorded.v1.js';
import { objectionRecorded } from './events/permission/objection-recorded.v1.js';
import { restrictionSet } from './events/permission/restriction-set.v1.js';
import { restrictionLifted } from './events/permission/restriction-lifted.v1.js';
import { hardBounceRecorded } from './events/permission/hard-bounce-recorded.v1.js';
import { noticeProvided } from './events/permission/notice-provided.v1.js';
import { contactErasureStarted } from './events/permission/contact-erasure-started.v1.js';
import { otherContactsReached } from './events/permission/other-contacts-reached.v1.js';
import { suppressionAdded } from './events/permission/suppression-added.v1.js';
import { suppressionListImported } from './events/permission/suppression-list-imported.v1.js';
import { dispatchAuthorized } from './events/delivery/dispatch-authorized.v1.js';
import { dispatchRefused } from './events/delivery/dispatch-refused.v1.js';
import { emailHandedOff } from './events/delivery/email-handed-off.v1.js';
import { dispatchFailed } from './events/delivery/dispatch-failed.v1.js';
import { dispatchOutcomeUnknown } from './events/delivery/dispatch-outcome-unknown.v1.js';
import { dispatchOutcomeResolved } from './events/delivery/dispatch-outcome-resolved.v1.js';
import { dispatchCancelled } from './events/delivery/dispatch-cancelled.v1.js';
import { identityRecorded } from './events/tenancy/identity-recorded.v1.js';
import { senderRecorded } from './events/tenancy/sender-recorded.v1.js';
import { senderVerified } from './events/tenancy/sender-verified.v1.js';
import { settingsActivated } from './events/tenancy/settings-activated.v1.js';
import { liaRecorded } from './events/tenancy/lia-recorded.v1.js';
import { liaApproved } from './events/tenancy/lia-approved.v1.js';
import { templateRecorded } from './events/campaigns/template-recorded.v1.js';
import { campaignLaunched } from './events/campaigns/campaign-launched.v1.js';
import { audienceFrozen } from './events/campaigns/audience-frozen.v1.js';
import { verdictListInterned } from './events/campaigns/verdict-list-interned.v1.js';
import { campaignPaused } from './events/campaigns/campaign-paused.v1.js';
import { campaignResumed } from './events/campaigns/campaign-resumed.v1.js';
import { campaignCancelled } from './events/campaigns/campaign-cancelled.v1.js';
import { campaignFinished } from './events/campaigns/campaign-finished.v1.js';
import { testMessageSent } from './events/campaigns/test-message-sent.v1.js';
import { erasureStarted } from './events/erasure/erasure-started.v1.js';
import { erasureRequested } from './events/erasure/erasure-requested.v1.js';
import { erasureAddressesSecured } from './events/erasure/erasure-addresses-secured.v1.js';
import { erasureStepCompleted } from './events/erasure/erasure-step-completed.v1.js';
import { keysDestroyed } from './events/erasure/keys-destroyed.v1.js';
import { erasureVerified } from './events/erasure/erasure-verified.v1.js';
import { erasureReopened } from './events/erasure/erasure-reopened.v1.js';
import { erasureCompleted } from './events/erasure/erasure-completed.v1.js';
import { erasureWarned } from './events/erasure/erasure-warned.v1.js';
import { erasureOverdue } from './events/erasure/erasure-overdue.v1.js';
import { apiKeyIssued } from './events/access/api-key-issued.v1.js';
import { apiKeyRevoked } from './events/access/api-key-revoked.v1.js';
import { accessLogged } from './events/access/access-logged.v1.js';

/** Every event type, newest version; the log refuses what is not listed here. A spec checks that no file is forgotten. */
export const eventCatalog: readonly EventDefinition[] = [
  // sourcing
  importBatchReceived,
  importBatchRejected,
  importRowSuppressed,
  importChunkStored,
  importCompleted,
  prospectSourced,
  contactLinked,
  sourceAdded,
  retentionAnchorMoved,
  // permission
  contactAdded,
  contactSourceMerged,
  basisAssigned,
  basisEnded,
  consentWithdrawn,
  optOutRecorded,
  objectionRecorded,
  restrictionSet,
  restrictionLifted,
  hardBounceRecorded,
  noticeProvided,
  contactErasureStarted,
  otherContactsReached,
  suppressionAdded,
  suppressionListImported,
  // delivery
  dispatchAuthorized,
  dispatchRefused,
  emailHandedOff,
  dispatchFailed,
  dispatchOutcomeUnknown,
  dispatchOutcomeResolved,
  dispatchCancelled,
  // tenancy
  identityRecorded,
  senderRecorded,
  senderVerified,
  settingsActivated,
  liaRecorded,
  liaApproved,
  // campaigns
  templateRecorded,
  campaignLaunched,
  audienceFrozen,
  verdictListInterned,
  campaignPaused,
  campaignResumed,
  campaignCancelled,
  campaignFinished,
  testMessageSent,
  // erasure
  erasureStarted,
  erasureRequested,
  erasureAddressesSecured,
  erasureStepCompleted,
  keysDestroyed,
  erasureVerified,
  erasureReopened,
  erasureCompleted,
  erasureWarned,
  erasureOverdue,
  // access
  apiKeyIssued,
  apiKeyRevoked,
  accessLogged,
] as readonly EventDefinition[];

export const eventsByType: ReadonlyMap<string, EventDefinition> = new Map(eventCatalog.map((definition) => [definition.type, definition]));
