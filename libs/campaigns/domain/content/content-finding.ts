export type MessagePart = 'subject' | 'text' | 'html';

/** Where a finding sits; lines and columns count from 1. */
export interface FindingPlace {
  readonly part: MessagePart | 'headers' | 'identity' | 'template';
  readonly line?: number;
  readonly column?: number;
}

/** One thing that content checks found. Holds no personal data: fields by name, never by value. */
export interface ContentFinding {
  /** Stable kebab-case code. */
  readonly id: string;
  /** An error stops publishing and launching; a warning is shown. */
  readonly severity: 'error' | 'warning';
  /** Requirement ID. */
  readonly rule: string;
  /** Statute, article or RFC section. */
  readonly clause: string;
  readonly message: string;
  readonly fix: string;
  readonly where?: FindingPlace;
  /** An officer may override it with a recorded reason (SND-04). */
  readonly overridable?: true;
}

export function hasErrors(findings: readonly ContentFinding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** `html 3:14`, for messages. */
export function placeName(place: FindingPlace | undefined): string {
  if (place === undefined) return '';
  return place.line === undefined ? place.part : `${place.part} ${place.line}:${place.column ?? 1}`;
}

/** Line and column, from 1, of an offset in a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', start)) {
    line += 1;
    start = next + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Each finding once, by id and place. */
export function distinctFindings(findings: readonly ContentFinding[]): ContentFinding[] {
  const seen = new Map<string, ContentFinding>();
  for (const finding of findings) {
    const key = `${finding.id}|${placeName(finding.where)}|${finding.message}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}
