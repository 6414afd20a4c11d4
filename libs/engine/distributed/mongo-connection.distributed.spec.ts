import { afterEach, describe, expect, it } from '@jest/globals';
import { CutLine } from './cut-line.fixture.js';
import { MongoConnection } from './mongo-connection.js';
import { hostsOf } from './mongo-failure.js';
import { ownDatabase } from './own-database.fixture.js';

describe('connection to MongoDB', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => { for (const end of ends.splice(0).reverse()) await end(); });

  it('H5 a service that is not there is a retriable error with its place, a fix and no password', async () => {
    const error = await MongoConnection.open('mongodb://user:s3cret@127.0.0.1:1/outright', { serverSelectionTimeoutMS: 200 }).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: 'mongo-unreachable', retriable: true, message: 'MongoDB at 127.0.0.1:1 does not answer.', fix: expect.stringContaining('127.0.0.1:1') });
    expect(JSON.stringify([error, (error as Error).message, (error as { fix: string }).fix])).not.toContain('s3cret');
  });

  it('H5 a service that goes while it is used is a retriable error, and is used again when it is back', async () => {
    const database = ownDatabase('connection');
    const between = await CutLine.to(database.url);
    ends.push(() => between.cut(), () => database.drop());
    const connection = await MongoConnection.open(between.through(database.url), { serverSelectionTimeoutMS: 300, heartbeatFrequencyMS: 500 });
    ends.push(() => connection.close());
    const count = () => connection.ask(() => connection.db.collection('things').countDocuments());
    expect(await count()).toBe(0);
    await between.cut();
    await expect(count()).rejects.toMatchObject({ code: 'mongo-unreachable', retriable: true });
    await between.mend();
    let answer: unknown;
    for (const until = Date.now() + 10_000; answer !== 0 && Date.now() < until;) answer = await count().catch((error: unknown) => error);
    expect(answer).toBe(0);
  });

  it.each(['mongodb://127.0.0.1:27117', 'mongodb://127.0.0.1:27117/?w=1', 'postgres://127.0.0.1/outright', 'mongodb://user:pa ss/word@127.0.0.1/outright/?nonsense=%', 'mongodb://127.0.0.1/outright?nonsense=1'])(
    'a connection string that is wrong or names no database is refused without being repeated (%#)', async (url) => {
      const error = (await MongoConnection.open(url).catch((refused: unknown) => refused)) as Error;
      expect(error).toMatchObject({ code: 'mongo-url' });
      expect(error.message).not.toContain('127.0.0.1');
    });

  it('says the hosts of a connection string and nothing else of it', () => {
    expect(['mongodb://a:1,b:2/db?x=y', 'mongodb+srv://u:p%40q@host/db', 'mongodb://u:p@q/r@host:3/db'].map(hostsOf)).toEqual(['a:1,b:2', 'host', 'host:3']);
  });
});
