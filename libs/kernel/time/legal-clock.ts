import { type Instant, toMs } from './instant.js';
import type { LocalDate } from './local-date.js';

/** When one deadline falls. Serialisable as it stands. */
export interface ClockDue {
  readonly dueAt: Instant;
  /** From here on the gate denies, where that is before the end of the last day (section D). */
  readonly anniversaryAt?: Instant;
  /** Amber first, red last; only instants between trigger and due. */
  readonly warnAt: readonly Instant[];
  /** Day of `dueAt` in the tenant's zone: no weekend extension. */
  readonly strict: LocalDate;
  /** Day up to which the law would wait; shown, never used. */
  readonly legalLatest?: LocalDate;
  /** Everything that the date was computed from; `recomputeDue` gives the same result (INV-22). */
  readonly calcInputs: CalcInputs;
}

export interface CalcInputs {
  readonly clock: string;
  /** Version of the clock's rule. */
  readonly version: number;
  /** `us-federal@1`, for clocks in business days. */
  readonly calendar?: string;
  readonly input: Readonly<Record<string, string | number>>;
}

/** A deadline as data: what the board shows and how it is computed. */
export interface LegalClock<Input> {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly trigger: string;
  readonly rule: string;
  readonly warnings: string;
  /** Statute or promise that it stands on. */
  readonly source: string;
  due(input: Input): ClockDue;
}

export interface ZonedInput {
  /** IANA zone of the tenant; `UTC` unless set. */
  readonly legalTz?: string;
}

/** The clock's identity and its inputs, defaults filled in, gaps left out. */
export function calcInputs(clock: Pick<LegalClock<never>, 'id' | 'version'>, input: object, calendar?: string): CalcInputs {
  const present = Object.entries(input).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return { clock: clock.id, version: clock.version, ...(calendar === undefined ? {} : { calendar }), input: Object.fromEntries(present) };
}

/** Warnings in order, without those that would come before the trigger or with the deadline. */
export function warnings(from: Instant, dueAt: Instant, ...at: readonly Instant[]): Instant[] {
  return at.filter((instant) => toMs(instant) > toMs(from) && toMs(instant) < toMs(dueAt)).sort();
}
