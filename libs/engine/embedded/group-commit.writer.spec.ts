import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { GroupCommitWriter, type GroupCommitOptions } from './group-commit.writer.js';
import { openSqlite, type Db } from './sqlite.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';

describe('group commit writer', () => {
  let temp: TempFolder;
  let db: Db;
  beforeEach(() => {
    temp = tempFolder();
    db = openSqlite(join(temp.path, 'test.db'), { durability: 'full' });
    db.exec(`CREATE TABLE t (n INTEGER PRIMARY KEY, bytes BLOB); CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`);
  });
  afterEach(() => {
    db.close();
    temp.remove();
  });

  const writerWith = (options: GroupCommitOptions = {}) => {
    const writer = new GroupCommitWriter(db, options);
    let commits = 0;
    writer.onCommit(() => (commits += 1));
    return { writer, commits: () => commits };
  };
  const insert = (n: number, bytes = 0) => (on: Db) => void on.prepare('INSERT INTO t (n, bytes) VALUES (?, zeroblob(?))').run(n, bytes);
  const stored = () => db.prepare('SELECT n FROM t ORDER BY n').pluck().all();

  it('commits jobs of one turn together', async () => {
    const { writer, commits } = writerWith({ maxMillis: 1000 });
    await Promise.all([1, 2, 3].map((n) => writer.run(insert(n))));
    expect([stored(), commits()]).toEqual([[1, 2, 3], 1]);
  });

  describe('on a disk that takes its time', () => {
    const slowWriter = async () => {
      const made = writerWith({ wal: { sync: () => delay(50) } });
      await made.writer.run(insert(0));
      return { ...made, start: made.commits() };
    };

    it('lets jobs of following turns share a transaction while every turn brings one', async () => {
      const { writer, commits, start } = await slowWriter();
      const jobs: Promise<void>[] = [];
      for (const n of [1, 2, 3]) {
        jobs.push(writer.run(insert(n)));
        await nextTurn();
      }
      await Promise.all(jobs);
      expect([stored(), commits() - start]).toEqual([[0, 1, 2, 3], 1]);
    });

    it('commits an opt-out in its own turn, whatever else comes in', async () => {
      const { writer } = await slowWriter();
      const done = [writer.run(insert(1)), writer.run(insert(2), 'first')];
      await nextTurn();
      done.push(writer.run(insert(3)));
      expect(stored()).toEqual([0, 1, 2]);
      await Promise.all(done);
    });
  });

  it('takes no more jobs than allowed, the first lane before the others', async () => {
    const { writer, commits } = writerWith({ maxJobs: 2, maxMillis: 1000 });
    const order: string[] = [];
    const job = (name: string) => () => void order.push(name);
    await Promise.all([writer.run(job('a')), writer.run(job('b')), writer.run(job('c')), writer.run(job('opt-out'), 'first')]);
    expect([order, commits()]).toEqual([['opt-out', 'a', 'b', 'c'], 2]);
  });

  it('takes back everything of a job that throws after it wrote, and nothing of its neighbours', async () => {
    const { writer } = writerWith({ maxMillis: 1000 });
    const results = await Promise.allSettled([
      writer.run(insert(1)),
      writer.run((on) => {
        insert(2)(on);
        throw new Error('changed its mind');
      }),
      writer.run(insert(3)),
      writer.run(insert(1)),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect([stored(), writer.failure]).toEqual([[1, 3], undefined]);
  });

  it('H10 a failed commit is final: every waiting and later call rejects, nothing is retried', async () => {
    const { writer } = writerWith({ maxJobs: 2 });
    const orphan = (on: Db) => void on.exec('INSERT INTO child (id) VALUES (1)');
    const results = await Promise.allSettled([writer.run(insert(1)), writer.run(orphan), writer.run(insert(3))]);
    expect(results.map((result) => (result as PromiseRejectedResult).reason as unknown)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: 'store-failed' })));
    await expect(writer.run(insert(4))).rejects.toMatchObject({ code: 'store-failed' });
    expect([stored(), writer.failure?.rule]).toEqual([[], 'H10']);
  });

  it('H10 on a full disk imports are refused and opt-outs get the space kept for them', async () => {
    const { writer } = writerWith({ freeSpace: () => db.pragma('max_page_count = 1000') !== undefined });
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true }) as number}`);
    const results = await Promise.allSettled([writer.run(insert(1, 20_000)), writer.run(insert(2, 20_000), 'first')]);
    expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'disk-full', retriable: true } }, { status: 'fulfilled' }]);
    await writer.run(insert(3));
    expect([stored(), writer.failure]).toEqual([[2, 3], undefined]);
  });

  it('H10 a disk that is nearly full still takes opt-outs', async () => {
    const { writer } = writerWith({ hasRoom: () => false });
    await expect(writer.run(insert(1))).rejects.toMatchObject({ code: 'disk-full' });
    await writer.run(insert(2), 'first');
    expect(stored()).toEqual([2]);
  });

  it('writes what waits when it is closed, and nothing afterwards', async () => {
    const { writer } = writerWith({ maxJobs: 1 });
    const waiting = [1, 2, 3].map((n) => writer.run(insert(n)));
    await writer.close();
    await Promise.all(waiting);
    await expect(writer.run(insert(4))).rejects.toMatchObject({ code: 'store-closed' });
    expect(stored()).toEqual([1, 2, 3]);
  });
});
