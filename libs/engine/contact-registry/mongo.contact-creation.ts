import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, OutrightError } from '#kernel/errors';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { Clock } from '#engine/clock/clock.port';
import type { AddressRow, CreateContact, CreateContactResult } from './contact-registry.port.js';
import { rowId, type MongoAddressIndex, type OwedCommit, type PendingRow } from './mongo.address-index.js';
import type { MongoSuppressionIndex } from './mongo.suppression-index.js';

/** Between two steps of the protocol; a test that throws here has killed the process there. */
export type RegistryPoint =
  | 'create:row' | 'create:looked' | 'create:person' | 'create:contact' | 'create:live' | 'create:dropped'
  | 'opt-out:read' | 'opt-out:recorded' | 'opt-out:suppressed' | 'sweep:finished';

export interface CreationOptions {
  readonly clock: Clock;
  readonly at: (point: RegistryPoint) => void | Promise<void>;
  /** Longest wait for another process that is creating the same address. */
  readonly patienceMs: number;
}

/** A creation that took longer than this to look does not append: the sweep may soon take it to be dead. */
const FRESH_MS = 20_000;
const LOOK_AGAIN_MS = 20;

type Outcome = 'created' | Extract<CreateContactResult, { status: 'conflict' }>;

/**
 * Insert the row `pending` → look at the suppressions → append → `live`, or delete the row. The row holds the commits that are owed, each
 * with its id, so that whoever finds it left behind can append them as well: the same commit never goes in twice.
 */
export class ContactCreation {
  constructor(
    private readonly store: EventStore,
    private readonly addresses: MongoAddressIndex,
    private readonly suppressions: MongoSuppressionIndex,
    private readonly options: CreationOptions,
  ) {}

  async create(requests: readonly CreateContact[]): Promise<CreateContactResult[]> {
    const results = new Map<CreateContact, CreateContactResult>();
    // Of several for one address each sees what became of the one before.
    for (let open = requests; open.length > 0; open = requests.filter((request) => !results.has(request))) {
      const wave = [...new Map([...open].reverse().map((request) => [rowId(request.tenantId, request.forms), request])).values()].reverse();
      await this.createWave(wave, results);
    }
    return requests.map((request) => results.get(request)!);
  }

  /** Appends what the rows still owe and makes them live; a row whose person stands at another version goes. */
  async finish(rows: readonly PendingRow[]): Promise<Outcome[]> {
    const outcomes = new Map<PendingRow, Outcome>(rows.map((row) => [row, 'created']));
    const standing = () => rows.filter((row) => outcomes.get(row) === 'created');
    // What may conflict first: the contact's own stream is new.
    await this.append(standing(), ({ owed, contactId }) => owed.filter(({ streamId }) => streamId !== contactId), outcomes);
    await this.options.at('create:person');
    await this.append(standing(), ({ owed, contactId }) => owed.filter(({ streamId }) => streamId === contactId), outcomes);
    await this.options.at('create:contact');
    await this.addresses.drop(rows.filter((row) => outcomes.get(row) !== 'created'));
    await this.addresses.goLive(standing());
    await this.options.at('create:live');
    return rows.map((row) => outcomes.get(row)!);
  }

  private async createWave(wave: readonly CreateContact[], results: Map<CreateContact, CreateContactResult>): Promise<void> {
    const rows = wave.map((request) => this.pendingRow(request));
    const inserted = await this.addresses.insertPending(rows);
    await this.options.at('create:row');
    const found = await this.suppressions.match(rows);
    await this.options.at('create:looked');
    const present = await this.addresses.byIds(rows.filter((_, at) => !inserted.has(at)).map(({ tenantId, forms }) => rowId(tenantId, forms)));

    const mine = rows.filter((_, at) => inserted.has(at));
    await this.addresses.drop(mine.filter((row) => found[rows.indexOf(row)] !== undefined));
    await this.options.at('create:dropped');
    const clear = mine.filter((row) => found[rows.indexOf(row)] === undefined);
    this.assertFresh(clear);
    const outcomes = new Map((await this.finish(clear)).map((outcome, at) => [clear[at]!, outcome]));
    await Promise.all(wave.map(async (request, at) => {
      const outcome = outcomes.get(rows[at]!);
      if (outcome !== undefined) results.set(request, outcome === 'created' ? { status: 'created' } : outcome);
      else if (inserted.has(at)) results.set(request, { status: 'suppressed' });
      else await this.onPresent(request, present.get(rowId(request.tenantId, request.forms)), found[at] !== undefined, results);
    }));
  }

  /** Without a result where the row went meanwhile: then the address is free and the request comes again. */
  private async onPresent(request: CreateContact, row: AddressRow | PendingRow | undefined, suppressed: boolean, results: Map<CreateContact, CreateContactResult>): Promise<void> {
    if (row === undefined) return;
    const own = row.contactId === request.contactId;
    if (own && row.state !== 'pending') results.set(request, { status: 'created' });
    else if (suppressed && !own) results.set(request, { status: 'suppressed' });
    else if (row.state !== 'pending') results.set(request, row.state === 'closing' ? { status: 'deferred' } : { status: 'exists', row });
    else if (own) await this.resume(request, row as PendingRow, suppressed, results);
    else await this.awaitOther(request, results);
  }

  /** A repeated call whose first one died on the way. */
  private async resume(request: CreateContact, row: PendingRow, suppressed: boolean, results: Map<CreateContact, CreateContactResult>): Promise<void> {
    const outcome = await this.settle(row, suppressed);
    results.set(request, outcome === 'created' ? { status: 'created' } : outcome === 'dropped' ? { status: 'suppressed' } : outcome);
  }

  /** A row that nobody is working on is finished; of a suppressed person it goes unless the log knows of the creation already. */
  async settle(row: PendingRow, suppressed: boolean): Promise<Outcome | 'dropped'> {
    if (suppressed && !(await this.begun(row))) {
      await this.addresses.drop([row]);
      return 'dropped';
    }
    return (await this.finish([row]))[0]!;
  }

  /** Somebody else is creating this address: what becomes of it is known in a moment, or, if they died, after the sweep. */
  private async awaitOther(request: CreateContact, results: Map<CreateContact, CreateContactResult>): Promise<void> {
    const id = rowId(request.tenantId, request.forms);
    for (const until = performance.now() + this.options.patienceMs; performance.now() < until;) {
      await pause(LOOK_AGAIN_MS);
      if ((await this.addresses.byIds([id])).get(id)?.state !== 'pending') return;
    }
    results.set(request, { status: 'deferred' });
  }

  private async begun({ owed }: PendingRow): Promise<boolean> {
    for (const { streamId, events } of owed) {
      const ids = new Set((await this.store.loadText(streamId)).map(({ text }) => eventIdOf(text)));
      if (events.some(({ body }) => ids.has(eventIdOf(body)))) return true;
    }
    return false;
  }

  private async append(rows: readonly PendingRow[], part: (row: PendingRow) => readonly OwedCommit[], outcomes: Map<PendingRow, Outcome>): Promise<void> {
    const commits = rows.flatMap((row) => part(row).map((commit) => ({ row, commit })));
    if (commits.length === 0) return;
    const results = await this.store.appendMany(commits.map(({ commit }) => commit));
    results.forEach(({ status, version }, at) => {
      const { row, commit: { streamId } } = commits[at]!;
      if (status === 'conflict' && outcomes.get(row) === 'created') outcomes.set(row, { status, streamId, version });
    });
  }

  /** After a long pause the row may be gone and the suppression there. The same call again finds out. */
  private assertFresh(rows: readonly PendingRow[]): void {
    const now = this.options.clock.now().getTime();
    if (rows.every(({ since }) => now - since.getTime() < FRESH_MS)) return;
    throw new OutrightError('Creating contacts took so long that the do-not-mail list must be asked again.', {
      code: 'creation-overtaken', rule: 'SUP-03', fix: 'Make the same call again.', status: 503, exit: EXIT.fault, retriable: true,
    });
  }

  private pendingRow({ tenantId, forms, contactId, prospectId, commits }: CreateContact): PendingRow {
    const owed = commits.map(({ events, commitId = randomBytes(16).toString('hex'), ...commit }) =>
      ({ ...commit, commitId, events: events.map(({ type, body, recordedAt }) => ({ type, body, recordedAt })) }));
    return { tenantId, forms, contactId, prospectId, state: 'pending', since: this.options.clock.now(), owed };
  }
}

const eventIdOf = (json: string): unknown => (JSON.parse(json) as { readonly eventId?: unknown }).eventId;
