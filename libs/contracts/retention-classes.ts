/** How long each class of personal data may live; an endless class cannot be written down (RET-09, D6). ISO 8601 durations. */
export const RETENTION_CLASSES = {
  /** 3 years from collection or the last qualifying interaction (D4, CL-07). */
  marketing: 'P3Y',
  /** Until an erasure case has its proof, at most 72 hours (ERA-01). */
  erasureCase: 'PT72H',
  /** Evidence about imports and decisions (D21). */
  evidence: 'P5Y',
  /** Security and access records (D6). */
  security: 'P12M',
} as const;
export type RetentionClass = keyof typeof RETENTION_CLASSES;
