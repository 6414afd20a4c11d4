import { BadInput } from '#kernel/errors';
import type { Position } from './event-feed.port.js';

/** `contact/3`: a partition of a category's topic. */
export type PartitionName = string;
/** How far each partition was read: the offset that comes next. Partitions at 0 are left out. */
export type Offsets = ReadonlyMap<PartitionName, number>;

/** `case/0=3,contact/3=17@contact/3`: how far each partition was read and, of an event, in which of them it stands itself. */
const ONE = /^([^/=,@]+\/\d+)=(\d+)$/;

export function formatPosition(offsets: Offsets, own?: PartitionName): Position {
  const read = [...offsets].filter(([, offset]) => offset > 0).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, offset]) => `${name}=${offset}`).join(',');
  return read === '' ? 0 : own === undefined ? read : `${read}@${own}`;
}

/** @throws BadInput `bad-position` */
export function parsePosition(position: Position): { offsets: Map<PartitionName, number>; own: PartitionName | undefined } {
  if (position === 0) return { offsets: new Map(), own: undefined };
  const [read = '', own] = String(position).split('@');
  const offsets = new Map<PartitionName, number>();
  for (const one of read.split(',')) {
    const [, name, offset] = ONE.exec(one) ?? [];
    if (name === undefined) throw new BadInput('This position was not given by the Kafka feed.', { code: 'bad-position', fix: 'Begin with 0, or with a position of this engine.' });
    offsets.set(name, Number(offset));
  }
  return { offsets, own };
}

/** An event lies within a head if its own partition was read beyond it; the other partitions say only what was read before it. */
export function coversPosition(head: Position, position: Position): boolean {
  const within = parsePosition(head).offsets;
  const { offsets, own } = parsePosition(position);
  return [...offsets].every(([name, offset]) => (own !== undefined && name !== own) || offset <= (within.get(name) ?? 0));
}

export function countOf(position: Position): number {
  return [...parsePosition(position).offsets.values()].reduce((sum, offset) => sum + offset, 0);
}
