import type { Readable, Writable } from 'node:stream';

/** What the program may touch of the outside, so that a test can be a terminal too. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted when the person interrupts: work in hand ends, and the exit code is 130. */
  readonly interrupted: AbortSignal;
}

/** Everything on standard input, as text. */
export async function readAll(input: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of input) parts.push(Buffer.isBuffer(part) ? part : Buffer.from(String(part)));
  return Buffer.concat(parts).toString('utf8');
}

/** Non-empty lines of standard input: addresses come this way and never as arguments, where other users could read them. */
export async function readLines(input: Readable): Promise<string[]> {
  return (await readAll(input)).replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
}
