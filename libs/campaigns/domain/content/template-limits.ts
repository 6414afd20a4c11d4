/** Bounds on templates: they keep parsing, compiling and rendering far below 200 ms on hostile input. */
export const TEMPLATE_LIMITS = {
  /** UTF-8 bytes of one part's source. */
  sourceBytes: 256 * 1024,
  /** Conditions inside conditions. */
  nesting: 20,
  /** Opening braces `{{` in one part. */
  tags: 300,
  /** Characters of one tag, comments apart. */
  tagLength: 300,
  /** UTF-8 bytes of one rendered part. */
  outputBytes: 512 * 1024,
  /** Characters of one field value. */
  valueLength: 1_000,
  /** Characters of a rendered subject; RFC 5322 2.1.1 caps a header line at 998. */
  subjectLength: 255,
} as const;
