/** Exit codes of the command line, pinned in the surfaces document. */
export const EXIT = { done: 0, fault: 1, usage: 2, refused: 3, doneWithRefusals: 4, verificationFailed: 5, busy: 6, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ErrorDetails {
  /** Stable machine code, kebab-case: `data-folder-in-use`. */
  readonly code: string;
  /** Requirement ID or clause that the error stands on: `SND-02`, `D6`. */
  readonly rule?: string;
  /** What the reader can do about it, one sentence. */
  readonly fix?: string;
  /** HTTP status of the problem document; default 400. */
  readonly status?: number;
  /** Exit code of the command line; default 2 (bad input). */
  readonly exit?: ExitCode;
  /** Whether the same call may succeed later without a change. */
  readonly retriable?: boolean;
  /** Findings, per line or per field. Never personal data. */
  readonly findings?: readonly unknown[];
  readonly cause?: unknown;
}

/** Every expected failure of Outright. The message names the cause and holds no personal data. */
export class OutrightError extends Error {
  readonly code: string;
  readonly rule: string | undefined;
  readonly fix: string | undefined;
  readonly status: number;
  readonly exit: ExitCode;
  readonly retriable: boolean;
  readonly findings: readonly unknown[];

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.rule = details.rule;
    this.fix = details.fix;
    this.status = details.status ?? 400;
    this.exit = details.exit ?? EXIT.usage;
    this.retriable = details.retriable ?? false;
    this.findings = details.findings ?? [];
  }
}

/** A compliance rule says no; nothing changed. */
export class RefusedByRule extends OutrightError {
  constructor(message: string, details: Omit<ErrorDetails, 'exit' | 'status'> & { status?: number }) {
    super(message, { ...details, status: details.status ?? 422, exit: EXIT.refused });
  }
}

/** Input that cannot be read or does not follow its format. */
export class BadInput extends OutrightError {}

/** Another writer was faster; load again and decide again. */
export class ConcurrencyConflict extends OutrightError {
  constructor(stream: string, expected: number | string, actual: number) {
    super(`Stream ${stream} is at version ${actual}, not ${expected}.`, { code: 'concurrency-conflict', status: 409, exit: EXIT.fault, retriable: true });
  }
}

export class NotFound extends OutrightError {
  constructor(message: string, details: Omit<ErrorDetails, 'status'>) {
    super(message, { ...details, status: 404 });
  }
}
