import type { MessagePart } from './content-finding.js';

/** A condition around a use: rendered only where the field is present, or absent. */
export interface Guard {
  readonly field: string;
  readonly present: boolean;
}

/** One place where a template names a field. */
export interface FieldUse {
  readonly field: string;
  /** `value` fails without the field, `fallback` and `condition` do not. */
  readonly kind: 'value' | 'fallback' | 'condition';
  readonly guards: readonly Guard[];
  readonly part: MessagePart;
  readonly line: number;
  readonly column: number;
}

/** Whether rendering for somebody with these fields reaches this use. */
export function isReached(use: FieldUse, present: ReadonlySet<string>): boolean {
  return use.guards.every((guard) => present.has(guard.field) === guard.present);
}

/** The fields named anywhere, each once, in order of first use. */
export function usedFields(uses: readonly FieldUse[]): readonly string[] {
  return [...new Set(uses.map((use) => use.field))];
}
