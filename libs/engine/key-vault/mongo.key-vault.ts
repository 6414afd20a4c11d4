import type { PurposeClass } from '#kernel/envelope';
import type { RandomSource } from '#kernel/ids';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { erasedOwner, wrongWrappingKey } from './key-vault-errors.js';
import type { DataKey, KeyOwner, KeyState, KeyVault, NewKey } from './key-vault.port.js';
import { unwrap, wrap } from './key-wrapping.js';
import { keysOf, prepareKeys, type KeyDocument, type Keys } from './mongo.keys.js';

/** A linearizable read answers from its first batch or not at all, so none may need a second. */
const OWNERS_AT_ONCE = 1_000;
const ONE_BATCH = 100_000;
const PATIENT = { maxTimeMS: 5_000 };

type Wrapping = Awaited<ReturnType<KeyProvider['wrappingKey']>>;
type Point = 'owners-read' | 'keys-inserted' | 'keys-wiped';

/**
 * Data keys in a MongoDB database of their own, for any number of processes. There is no cache: each answer is read from the primary,
 * so that from the acknowledgement of a destruction on no process gets the key any more. A caller keeps a key for one operation.
 *
 * Without transactions, `create` first reads all owners and refuses before it writes; only where an owner's key is made *and* destroyed
 * between that read and the insert do keys of other owners of the batch stay behind. They are harmless, as after a crash at the
 * same place: nothing is sealed under them, and who creates for that owner again gets them.
 */
export class MongoKeyVault implements KeyVault {
  private readonly keys: Keys;

  private constructor(
    private readonly connection: MongoConnection,
    private readonly provider: KeyProvider,
    private readonly random: RandomSource,
    private readonly at: (point: Point) => Promise<void>,
  ) {
    this.keys = keysOf(connection.db);
  }

  /** @param at called between two writes: where a test lets the process die or another one be faster. */
  static async open(connection: MongoConnection, provider: KeyProvider, random: RandomSource, at: (point: Point) => Promise<void> = async () => undefined): Promise<MongoKeyVault> {
    await connection.ask(() => prepareKeys(connection.db));
    return new MongoKeyVault(connection, provider, random, at);
  }

  async create(owners: readonly NewKey[]): Promise<DataKey[]> {
    const wrapping = await this.provider.wrappingKey();
    const created = new Map<string, DataKey>();
    const wanted = new Map<string, NewKey>();
    for (const owner of owners) if (!wanted.has(ownerOf(owner))) wanted.set(ownerOf(owner), owner);
    const known = await this.stored([...wanted.values()]);
    await this.at('owners-read');
    for (const document of known) created.set(ownerOf(document), this.alive(document, wrapping));
    const missing = [...wanted.values()].filter((owner) => !created.has(ownerOf(owner)));
    for (const [owner, key] of await this.insert(missing, wrapping)) created.set(owner, key);
    return owners.map((owner) => created.get(ownerOf(owner))!);
  }

  async find(owner: KeyOwner): Promise<DataKey | KeyState> {
    const wrapping = await this.provider.wrappingKey();
    const { subjectId, tenantId, purposeClass } = owner;
    return this.opened(await this.connection.ask(() => this.keys.findOne({ subjectId, tenantId, purposeClass }, PATIENT)), wrapping);
  }

  async key(kid: string): Promise<DataKey | 'destroyed' | 'missing'> {
    const wrapping = await this.provider.wrappingKey();
    return this.opened(await this.connection.ask(() => this.keys.findOne({ _id: kid }, PATIENT)), wrapping);
  }

  async keysOf(subjectId: string): Promise<{ kid: string; purposeClass: PurposeClass; state: KeyState }[]> {
    const found = await this.connection.ask(() => this.keys.find({ subjectId }, { ...PATIENT, batchSize: ONE_BATCH, sort: { tenantId: 1, purposeClass: 1 } }).toArray());
    return found.map((document) => ({ kid: document._id, purposeClass: document.purposeClass, state: document.wrapped === undefined ? 'destroyed' : 'present' }));
  }

  /** Needs no word with the log: an event is seen there only when a majority has it in its journal, so nothing can undo what ordered this. */
  async destroy(kids: readonly string[], day: string): Promise<string[]> {
    const _id = { $in: [...kids] };
    await this.connection.ask(() => this.keys.updateMany({ _id, wrapped: { $exists: true } }, { $unset: { wrapped: '' }, $set: { destroyed: day } }));
    await this.at('keys-wiped');
    const gone = await this.connection.ask(() => this.keys.find({ _id, destroyed: { $exists: true } }, { ...PATIENT, batchSize: ONE_BATCH, projection: { _id: 1 } }).toArray());
    const destroyed = new Set(gone.map((document) => document._id));
    return kids.filter((kid) => destroyed.has(kid));
  }

  /**
   * Does nothing, because a client of MongoDB cannot do what the embedded vault does. The wrapped bytes are in no document of a majority
   * when `destroy` has answered, yet they remain, until each is written over: in the insert's entry of the **oplog**, in the **journal**
   * up to the next checkpoint, in freed blocks of the **data files**, on members that lag, in backups, and in a log of slow queries.
   * They open under the wrapping key alone, which is never in MongoDB. A proof of erasure therefore stands on a short oplog window and backups of
   * the vault's deployment of at most 48 h, `redactClientLogData`, and, for freed blocks, an encrypted disk.
   */
  async scrub(): Promise<void> {}

  private async stored(owners: readonly KeyOwner[]): Promise<KeyDocument[]> {
    const found: KeyDocument[] = [];
    const wanted = new Set(owners.map(ownerOf));
    for (let first = 0; first < owners.length; first += OWNERS_AT_ONCE) {
      const subjects = [...new Set(owners.slice(first, first + OWNERS_AT_ONCE).map(({ subjectId }) => subjectId))];
      const read = await this.connection.ask(() => this.keys.find({ subjectId: { $in: subjects } }, { ...PATIENT, batchSize: ONE_BATCH }).toArray());
      for (const document of read) if (wanted.delete(ownerOf(document))) found.push(document);
    }
    return found;
  }

  /** Who was faster keeps the owner. */
  private async insert(owners: readonly NewKey[], wrapping: Wrapping): Promise<Map<string, DataKey>> {
    const made = new Map(owners.map((owner) => [ownerOf(owner), owner.proposed ?? { kid: `key-${this.random(16).toString('hex')}`, key: this.random(32) }]));
    if (made.size === 0) return made;
    const documents = owners.map((owner): KeyDocument => {
      const { kid, key } = made.get(ownerOf(owner))!;
      const { subjectId, tenantId, purposeClass } = owner;
      return { _id: kid, subjectId, tenantId, purposeClass, wrappedBy: wrapping.id, wrapped: wrap(wrapping.key, key, kid, this.random(12)) };
    });
    try {
      await this.connection.ask(() => this.keys.insertMany(documents, { ordered: false }));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const stored = await this.stored(owners);
      // Not an owner that was there, but a kid: a key that is nowhere may seal nothing.
      if (stored.length < owners.length) throw error;
      for (const document of stored) made.set(ownerOf(document), this.alive(document, wrapping));
    }
    await this.at('keys-inserted');
    return made;
  }

  private alive(document: KeyDocument, wrapping: Wrapping): DataKey {
    const key = this.opened(document, wrapping);
    if (typeof key === 'object') return key;
    throw erasedOwner();
  }

  private opened(document: KeyDocument | null, wrapping: Wrapping): DataKey | 'destroyed' | 'missing' {
    if (document === null) return 'missing';
    if (document.wrapped === undefined) return 'destroyed';
    const key = document.wrappedBy === wrapping.id ? unwrap(wrapping.key, document.wrapped, document._id) : undefined;
    if (key === undefined) throw wrongWrappingKey();
    return { kid: document._id, key };
  }
}

const ownerOf = ({ subjectId, tenantId, purposeClass }: KeyOwner): string => `${subjectId}\n${tenantId}\n${purposeClass}`;
