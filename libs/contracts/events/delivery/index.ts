export { dispatchAuthorized } from './dispatch-authorized.v1.js';
export { dispatchCancelled } from './dispatch-cancelled.v1.js';
export { dispatchFailed } from './dispatch-failed.v1.js';
export { dispatchOutcomeResolved } from './dispatch-outcome-resolved.v1.js';
export { dispatchOutcomeUnknown } from './dispatch-outcome-unknown.v1.js';
export { dispatchRefused } from './dispatch-refused.v1.js';
export { emailHandedOff } from './email-handed-off.v1.js';
