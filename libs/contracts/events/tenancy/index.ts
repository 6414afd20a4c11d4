export { identityRecorded } from './identity-recorded.v1.js';
export { liaApproved } from './lia-approved.v1.js';
export { liaRecorded } from './lia-recorded.v1.js';
export { senderRecorded } from './sender-recorded.v1.js';
export { senderVerified } from './sender-verified.v1.js';
export { settingsActivated } from './settings-activated.v1.js';
