import type { PiecedPart } from '#contracts/api/campaign-content';
import { roomFor, writeQuotedPrintable, writeSevenBit } from './body-encoding.js';

/** Whole lines that stand in every message, encoded once. */
interface ConstantLines {
  readonly quoted: Uint8Array;
  /** Absent where they need quoted-printable. */
  readonly sevenBit: Uint8Array | undefined;
  /** The lines themselves, if some message's boundary may stand in them. */
  readonly suspect: string | undefined;
}

/** A line with values in it: literals around the values from `first` on. */
interface OpenLine {
  readonly literals: readonly string[];
  readonly first: number;
}

/** A part cut at line ends, where both encodings start anew: constant lines and open lines in turn. */
export interface EncodedLayout {
  readonly stretches: readonly (ConstantLines | OpenLine)[];
  /** Whether the constant lines may travel under `7bit`. */
  readonly sevenBit: boolean;
}

/** What every boundary begins with. */
export const BOUNDARY_START = '=_';
const known = new WeakMap<readonly string[], EncodedLayout>();
let source = Buffer.allocUnsafe(4 * 1024);

export function encodedLayout({ pieces }: PiecedPart): EncodedLayout {
  let layout = known.get(pieces);
  if (layout === undefined) known.set(pieces, layout = encode(pieces));
  return layout;
}

function encode(pieces: readonly string[]): EncodedLayout {
  const stretches: (ConstantLines | OpenLine)[] = [];
  let fits = true;
  const constant = (text: string): void => {
    if (text === '') return;
    const lines = constantLines(text);
    fits &&= lines.sevenBit !== undefined;
    stretches.push(lines);
  };
  let literals: string[] = [];
  let first = 0;
  pieces.forEach((piece, at) => {
    const lineEnd = at === 0 ? 0 : piece.indexOf('\n') + 1;
    if (at > 0) {
      literals.push(lineEnd === 0 ? piece : piece.slice(0, lineEnd));
      if (lineEnd === 0) return;
      stretches.push({ literals, first });
    }
    const lastLine = Math.max(lineEnd, piece.lastIndexOf('\n') + 1);
    constant(piece.slice(lineEnd, lastLine));
    literals = [piece.slice(lastLine)];
    first = at;
  });
  if (literals.length > 1) stretches.push({ literals, first });
  else constant(literals[0] ?? '');
  return { stretches, sevenBit: fits };
}

function constantLines(text: string): ConstantLines {
  const bytes = Buffer.from(text);
  const target = Buffer.allocUnsafe(roomFor(bytes.length));
  const sevenBitEnd = writeSevenBit(bytes, target, 0);
  const sevenBit = sevenBitEnd < 0 ? undefined : Uint8Array.prototype.slice.call(target, 0, sevenBitEnd);
  return { sevenBit, suspect: text.includes(BOUNDARY_START) ? text : undefined, quoted: Uint8Array.prototype.slice.call(target, 0, writeQuotedPrintable(bytes, target, 0)) };
}

/** As `writeSevenBit` writes the whole part; -1 also where a line holds the boundary. */
export function writeSevenBitLayout({ values }: PiecedPart, { stretches, sevenBit }: EncodedLayout, boundary: string, target: Uint8Array, start: number): number {
  let at = sevenBit ? start : -1;
  for (let i = 0; i < stretches.length && at >= 0; i++) {
    const stretch = stretches[i] as ConstantLines | OpenLine;
    const line = 'quoted' in stretch ? undefined : lineOf(stretch, values);
    if ((line ?? (stretch as ConstantLines).suspect)?.includes(boundary) === true) at = -1;
    else at = line === undefined ? copy((stretch as ConstantLines).sevenBit as Uint8Array, target, at) : sevenBitLine(line, target, at);
  }
  return at;
}

/** As `writeQuotedPrintable` writes the whole part. */
export function writeQuotedLayout({ values }: PiecedPart, { stretches }: EncodedLayout, target: Uint8Array, start: number): number {
  let at = start;
  for (const stretch of stretches) {
    at = 'quoted' in stretch ? copy(stretch.quoted, target, at) : quotedLine(lineOf(stretch, values), target, at);
  }
  return at;
}

function sevenBitLine(line: string, target: Uint8Array, at: number): number {
  const size = take(line);
  return writeSevenBit(source, target, at, size);
}

function quotedLine(line: string, target: Uint8Array, at: number): number {
  const size = take(line);
  return writeQuotedPrintable(source, target, at, size);
}

function copy(bytes: Uint8Array, target: Uint8Array, at: number): number {
  target.set(bytes, at);
  return at + bytes.length;
}

function lineOf({ literals, first }: OpenLine, values: readonly string[]): string {
  let line = literals[0] as string;
  for (let at = 1; at < literals.length; at++) line += (values[first + at - 1] as string) + (literals[at] as string);
  return line;
}

/** Puts the bytes of a line into `source` and says how many they are. */
function take(line: string): number {
  if (source.length < line.length * 3) source = Buffer.allocUnsafe(line.length * 3);
  return source.write(line);
}
