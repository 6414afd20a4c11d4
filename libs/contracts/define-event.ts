import type { z } from 'zod';
import type { PurposeClass } from '#kernel/envelope';
import type { Sealed } from '#kernel/sealed';
import type { RetentionClass } from './retention-classes.js';

export const STREAM_CATEGORIES = ['contact', 'prospect', 'import', 'campaign', 'template', 'case', 'tenant', 'suppression', 'access', 'user'] as const;
export type StreamCategory = (typeof STREAM_CATEGORIES)[number];

/** A personal field: sealed at the store boundary under the key of `subject`, one of retention's declared classes (RET-01). */
export interface PersonalField {
  readonly schema: z.ZodType;
  readonly purposeClass: PurposeClass;
  readonly retention: RetentionClass;
}

export interface EventDefinition<
  Type extends string = string,
  Clear extends z.ZodObject = z.ZodObject,
  Personal extends Record<string, PersonalField> = Record<string, PersonalField>,
> {
  readonly type: Type;
  readonly version: number;
  readonly stream: StreamCategory;
  readonly context: string;
  /** One sentence in the reader's words, for the event reference. */
  readonly summary: string;
  readonly purposeClass: PurposeClass;
  /** Fields that stay in clear. Unknown fields are refused. */
  readonly clear: Clear;
  /** Fields that are sealed; empty for an event without personal data. */
  readonly personal: Personal;
}

type Optional<T> = undefined extends T ? true : false;
type PersonalInput<P extends Record<string, PersonalField>> = {
  [K in keyof P as Optional<z.infer<P[K]['schema']>> extends true ? never : K]: z.infer<P[K]['schema']>;
} & { [K in keyof P as Optional<z.infer<P[K]['schema']>> extends true ? K : never]?: z.infer<P[K]['schema']> };
type PersonalSealed<P extends Record<string, PersonalField>> = {
  [K in keyof P as Optional<z.infer<P[K]['schema']>> extends true ? never : K]: Sealed;
} & { [K in keyof P as Optional<z.infer<P[K]['schema']>> extends true ? K : never]?: Sealed };

/** What a decider emits: personal fields in clear, in memory. */
export type EventInput<D> = D extends EventDefinition<infer T, infer C, infer P> ? { type: T; data: z.infer<C> & PersonalInput<P> } : never;
/** What the log gives back: personal fields sealed. */
export type EventData<D> = D extends EventDefinition<infer T, infer C, infer P> ? { type: T; data: z.infer<C> & PersonalSealed<P> } : never;

export function defineEvent<
  const Type extends string,
  Clear extends z.ZodObject,
  const Personal extends Record<string, PersonalField> = Record<never, PersonalField>,
>(definition: Omit<EventDefinition<Type, Clear, Personal>, 'personal'> & { personal?: Personal }): EventDefinition<Type, Clear, Personal> {
  return { ...definition, personal: definition.personal ?? ({} as Personal) };
}
