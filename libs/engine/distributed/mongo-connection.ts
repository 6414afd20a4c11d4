import mongoose, { type Connection, type mongo } from 'mongoose';
import { BadInput, type OutrightError } from '#kernel/errors';
import { hostsOf, mongoFailure, mongoUnreachable } from './mongo-failure.js';

const PATIENCE_MS = 5_000;
const { ConnectionStates } = mongoose;

/** Of our own, so that no other user of the package changes what a filter may hold. Collections and indexes are made where they are declared. */
const strict = new mongoose.Mongoose({ strictQuery: 'throw', sanitizeFilter: true, autoIndex: false, autoCreate: false, bufferCommands: false });

/** One database of a MongoDB service. Calls go through `ask`, so that a service that is away is an error with its place and a fix. */
export class MongoConnection {
  private constructor(readonly models: Connection, readonly db: mongo.Db, private readonly hosts: string) {}

  /**
   * @param url names the database in its path; it may hold credentials, which no message repeats.
   * @throws OutrightError `mongo-url`, `mongo-unreachable`, `mongo-unauthorised`
   */
  static async open(url: string, options: mongo.MongoClientOptions = {}): Promise<MongoConnection> {
    const hosts = hostsOf(url);
    if (!/^mongodb(\+srv)?:\/\/.+\/[^/?]+(\?|$)/.test(url)) throw badUrl();
    let connection: Connection;
    try {
      connection = strict.createConnection(url, {
        serverSelectionTimeoutMS: PATIENCE_MS, connectTimeoutMS: PATIENCE_MS, socketTimeoutMS: PATIENCE_MS, waitQueueTimeoutMS: PATIENCE_MS,
        // Acknowledged is what a majority has in its journal, and nothing else is read.
        writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' }, readPreference: 'primary', ...options,
      });
      await connection.asPromise();
    } catch (error) {
      if (error instanceof mongoose.mongo.MongoParseError || error instanceof mongoose.mongo.MongoInvalidArgumentError) throw badUrl();
      throw mongoFailure(error, hosts);
    }
    return new MongoConnection(connection, connection.db!, hosts);
  }

  async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw mongoFailure(error, this.hosts);
    }
  }

  /** Why a call would fail now, as far as the driver knows from its heartbeats. */
  failure(): OutrightError | undefined {
    return this.models.readyState === ConnectionStates.connected ? undefined : mongoUnreachable(this.hosts);
  }

  close(): Promise<void> {
    return this.models.close();
  }
}

function badUrl(): BadInput {
  return new BadInput('A MongoDB connection string cannot be used: it has a wrong form or names no database.', {
    code: 'mongo-url', fix: 'Write it as mongodb://host:port/database, with special characters of a password percent-encoded.',
  });
}
