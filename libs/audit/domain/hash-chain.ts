import { GENESIS, hashEvent, readEnvelope } from '#kernel/envelope';
import type { Position } from '#kernel/recorded-event';
import type { Finding } from './finding.js';

/** One row of the log as it is stored. */
export interface ChainRow {
  readonly position: Position;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export interface ChainHead {
  readonly version: number;
  readonly hash: string;
}

/** What an event says of its own place. */
interface OwnPlace {
  readonly streamVersion: number;
  readonly prevHash: string;
  readonly type: string;
  readonly streamId: string;
}

/**
 * Checks the log row by row, in any order that keeps each stream's own. The hashes are over the stored bytes with their sealed fields,
 * so destroyed keys change nothing (AUD-03, INV-27). Memory grows with the number of streams, not of events.
 */
export class ChainCheck {
  private readonly streams = new Map<string, { version: number; hash: string }>();
  events = 0;

  constructor(private readonly found: (finding: Finding) => void) {}

  get streamCount(): number {
    return this.streams.size;
  }

  head(streamId: string): ChainHead | undefined {
    return this.streams.get(streamId);
  }

  /** @returns whether the bytes have the hash that is stored beside them */
  check(row: ChainRow): boolean {
    this.events += 1;
    let head = this.streams.get(row.streamId);
    if (head === undefined) this.streams.set(row.streamId, (head = { version: 0, hash: GENESIS }));
    const intact = hashEvent(row.bytes) === row.hash;
    if (!intact) this.report('edited', row, 'its bytes do not have the hash that is stored beside them');
    this.checkContent(row, head.hash);
    this.checkPlace(row, head.version);
    head.version = row.version;
    head.hash = row.hash;
    return intact;
  }

  private checkContent(row: ChainRow, hashBefore: string): void {
    const own = placeAtFront(row.bytes) ?? placeInside(row.bytes);
    if (own === undefined) return this.report('edited', row, 'its bytes are no event');
    if (own.streamId !== row.streamId || own.streamVersion !== row.version || own.type !== row.type) {
      this.report('misplaced', row, 'it is stored under another stream, version or type than it names itself: it was swapped, moved or copied');
    }
    if (own.prevHash !== hashBefore) this.report('broken-chain', row, 'it does not follow the event before it: one of the two was changed, dropped or put in later');
  }

  private checkPlace(row: ChainRow, versionBefore: number): void {
    if (row.version > versionBefore + 1) this.report('gap', row, `the stream jumps here from version ${versionBefore}`);
    if (row.version === versionBefore) this.report('duplicated', row, 'this version comes twice');
    if (row.version < versionBefore) this.report('reordered', row, `it comes after version ${versionBefore}`);
  }

  private report(kind: Finding['kind'], { streamId, version, position }: ChainRow, what: string): void {
    this.found({ kind, stream: streamId, version, position, message: `Event ${version} of ${streamId} (position ${position}): ${what}.` });
  }
}

const FRONT = /^\{"streamVersion":(\d{1,15}),"prevHash":"([0-9a-f]*)","eventId":"[0-9a-f]*","type":"(\w+)","schemaVersion":\d+,"tenantId":"[\w.-]*","streamId":"([\w.-]+)",/;

/** Read off the front, where the appender puts it, without parsing the rest; undefined for any other layout. */
function placeAtFront(bytes: Uint8Array): OwnPlace | undefined {
  const front = FRONT.exec(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 640)).toString('latin1'));
  return front === null ? undefined : { streamVersion: Number(front[1]), prevHash: front[2]!, type: front[3]!, streamId: front[4]! };
}

function placeInside(bytes: Uint8Array): OwnPlace | undefined {
  try {
    const envelope: unknown = readEnvelope(bytes);
    return typeof envelope === 'object' && envelope !== null ? (envelope as OwnPlace) : undefined;
  } catch {
    return undefined;
  }
}

/** Every finding of one stream's rows, in the order in which they are stored. */
export function verifyStream(rows: Iterable<ChainRow>): Finding[] {
  const found: Finding[] = [];
  const check = new ChainCheck((finding) => found.push(finding));
  for (const row of rows) check.check(row);
  return found;
}
