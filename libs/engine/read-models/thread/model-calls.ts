import type { CollectionDef, DocWrite } from '../read-model.port.js';

/** What the thread of the read models is asked; each has one answer. */
export interface ModelCalls {
  declare(def: CollectionDef): Promise<{ rebuilt: boolean }>;
  apply(collection: string, writes: readonly DocWrite[]): Promise<void>;
  blank(collection: string, field: string, value: string): Promise<number>;
  saveCheckpoint(consumer: string, position: number): Promise<void>;
  scrub(): Promise<void>;
  /** Declares the projections' collections and begins to keep them up to date. */
  project(): Promise<readonly CollectionDef[]>;
  caughtUp(): Promise<void>;
  stopProjecting(): Promise<void>;
  close(): Promise<void>;
}

export type ModelCall = keyof ModelCalls;

export interface ModelThreadData {
  /** Files of the data folder; the thread is the only writer of the first and only reads the second. */
  readonly readModels: string;
  readonly events: string;
  readonly deadLetters: string;
  readonly head: number;
}

export type ToModelThread = { readonly seq: number; readonly call: ModelCall; readonly args: readonly unknown[] } | { readonly head: number };
export type FromModelThread = { readonly seq: number; readonly value: unknown } | { readonly seq: number; readonly error: ToldError } | { readonly stands: ToldError };

/** An error on its way between threads: what an `OutrightError` is made of, or the code of another one. */
export interface ToldError {
  readonly message: string;
  readonly code: string;
  readonly rule?: string | undefined;
  readonly fix?: string | undefined;
  readonly status?: number;
  readonly exit?: number;
  readonly retriable?: boolean;
}
