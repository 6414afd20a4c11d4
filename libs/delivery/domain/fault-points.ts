/** Every named place where a fault test lets the process die, in the order of one message; then the opt-out. */
export const FAULT_POINTS = [
  'before-authorise-append', 'after-authorise-append',
  'after-connect', 'after-mail', 'after-rcpt', 'after-data', 'before-final-dot', 'after-final-dot', 'after-reply',
  'before-outcome-append', 'after-outcome-append', 'before-campaign-finish',
  'before-opt-out-append', 'after-opt-out-append', 'before-opt-out-answer',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];
