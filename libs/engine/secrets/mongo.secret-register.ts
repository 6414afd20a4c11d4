import type { mongo } from 'mongoose';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import { AUTHORITY, LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import type { SecretRegister } from './secret-register.js';

interface SecretDocument {
  /** `<file>/<version>` */
  readonly _id: string;
  readonly fingerprint: string;
}

/** A document per version of a secret, made once and never changed: the first process to enter one decides which secret it is. */
export class MongoSecretRegister implements SecretRegister {
  private readonly secrets: mongo.Collection<SecretDocument>;

  constructor(private readonly connection: MongoConnection) {
    this.secrets = connection.db.collection<SecretDocument>('secrets', AUTHORITY);
  }

  async knows(file: string): Promise<boolean> {
    return (await this.entered(file)).size > 0;
  }

  async enter(file: string, prints: ReadonlyMap<number, string>): Promise<'fits' | 'differs' | { readonly lacks: number }> {
    const before = await this.entered(file);
    const fresh = [...prints].filter(([version]) => !before.has(version));
    for (const [version, fingerprint] of fresh) await this.create({ _id: `${file}/${version}`, fingerprint });
    const standing = fresh.length === 0 ? before : await this.entered(file);
    for (const [version, fingerprint] of standing) {
      if (!prints.has(version)) return { lacks: version };
      if (prints.get(version) !== fingerprint) return 'differs';
    }
    return 'fits';
  }

  /** A few documents: they come in the one batch that a linearizable read may have. */
  private async entered(file: string): Promise<Map<number, string>> {
    const found = await this.connection.ask(() => this.secrets.find({ _id: { $gte: `${file}/`, $lt: `${file}0` } }, { ...LINEARIZABLE, batchSize: 10_000 }).toArray());
    return new Map(found.map(({ _id, fingerprint }) => [Number(_id.slice(file.length + 1)), fingerprint]));
  }

  private async create(document: SecretDocument): Promise<void> {
    try {
      await this.connection.ask(() => this.secrets.insertOne(document));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
