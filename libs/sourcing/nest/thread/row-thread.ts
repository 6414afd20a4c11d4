import { Worker } from 'node:worker_threads';
import type { Candidate } from '../candidate.js';
import { Breather } from '../breather.js';
import type { PersonGroups } from '../person-groups.js';
import { RowReader } from '../../domain/prospect-row.js';
import type { RowChunk } from '../row-chunks.js';
import type { CsvRow } from '../csv-reader.js';
import { Inbox } from './inbox.js';
import { packBatch } from './row-batches.js';
import type { FromRowThread, RowOrder, ToRowThread } from './row-order.js';
import { type RowPacket, RowUnpacker } from './row-packet.js';

export interface RowThreadModule {
  readonly module: URL;
  /** Node options, for a thread that runs uncompiled sources. */
  readonly execArgv?: readonly string[];
  /** How long a chunk of 500 rows may take, the start of the thread included, milliseconds; default 60,000. */
  readonly patience?: number;
}

const PATIENCE_MS = 60_000;

/** Bytes of a file that is worth a thread. */
const WORTH_IT = 256 * 1024;

/** Uncompiled sources, which only tests run, cannot be loaded by a thread; there, and for small files, the event loop reads the rows. */
export function rowThreadFor(bytes: number): RowThreadModule | undefined {
  if (bytes < WORTH_IT || import.meta.url.endsWith('.ts')) return undefined;
  return { module: new URL('./rows.worker.js', import.meta.url) };
}

/** Reads and prepares rows beside the event loop, one chunk ahead of what is being stored. */
export class RowThread {
  private readonly worker: Worker;
  private readonly arrived = new Inbox<FromRowThread>();
  private readonly patience: number;

  constructor({ module, execArgv, patience = PATIENCE_MS }: RowThreadModule) {
    this.patience = patience;
    this.worker = new Worker(module, execArgv === undefined ? {} : { execArgv: [...execArgv] });
    const hear = (message: FromRowThread): void => this.arrived.put(message);
    this.worker.on('message', hear).on('error', () => hear({ end: 'failed' })).on('exit', () => hear({ end: 'failed' }));
  }

  /** Ends early, and says so, when the thread fails or hangs: everything behind the last chunk is left. */
  async *chunks(order: Omit<RowOrder, 'given'>, kept: CsvRow[][] | undefined, groups: PersonGroups): AsyncGenerator<RowChunk<Candidate>, 'done' | 'failed'> {
    const breather = new Breather();
    const { columns, settings, rules } = order.source;
    const reader = new RowReader(columns, settings, rules);
    this.say({ order: { ...order, given: kept !== undefined } });
    if (kept !== undefined) void this.give(kept);
    for (;;) {
      const message = await this.next();
      if ('end' in message) return message.end;
      this.say({ more: true });
      yield await unpacked(new RowUnpacker(message.packet, order.meta.tenantId, reader), message.packet, groups, breather);
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async next(): Promise<FromRowThread> {
    const tired = setTimeout(() => this.arrived.put({ end: 'failed' }), this.patience);
    try {
      return await this.arrived.next();
    } finally {
      clearTimeout(tired);
    }
  }

  /** Rows that were read already, so that the thread need not; they are not kept here any longer. */
  private async give(kept: CsvRow[][]): Promise<void> {
    const breather = new Breather();
    for (const rows of kept.splice(0)) {
      this.say({ batch: packBatch(rows) });
      await breather.pause();
    }
    this.say({ batch: undefined });
  }

  private say(message: ToRowThread): void {
    this.worker.postMessage(message);
  }
}

async function unpacked(unpacker: RowUnpacker, packet: RowPacket, groups: PersonGroups, breather: Breather): Promise<RowChunk<Candidate>> {
  const rows: Candidate[] = [];
  for (let n = 0; n < packet.rows; n++) {
    const candidate = unpacker.next();
    const knownAs = groups.prospectId(candidate.row.samePerson);
    rows.push(knownAs === undefined ? candidate : { ...candidate, prospectId: knownAs });
    await breather.pause();
  }
  const { throughLine, read, bytes, findings } = packet;
  return { throughLine, read, bytes, findings, rows };
}
