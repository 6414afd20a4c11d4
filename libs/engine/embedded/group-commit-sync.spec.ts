import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '#test/support/wait-for';
import { GroupCommitWriter } from './group-commit.writer.js';
import { HeldSync } from './held-sync.fixture.js';
import { openSqlite, type Db } from './sqlite.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';

const storeFailed = expect.objectContaining({ code: 'store-failed', rule: 'H10' }) as unknown;

describe('group commit with a sync of its own', () => {
  let temp: TempFolder;
  let db: Db;
  let disk: HeldSync;
  let writer: GroupCommitWriter;
  let settled: string[];
  beforeEach(() => {
    temp = tempFolder();
    db = openSqlite(join(temp.path, 'test.db'), { durability: 'full' });
    db.exec(`CREATE TABLE t (n TEXT PRIMARY KEY); CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`);
    disk = new HeldSync();
    writer = new GroupCommitWriter(db, { wal: disk.wal, maxMillis: 1000 });
    settled = [];
  });
  afterEach(() => {
    db.close();
    temp.remove();
  });

  const stored = () => db.prepare('SELECT n FROM t ORDER BY rowid').pluck().all();
  /** Notes how it ends; never rejects. */
  const noted = (name: string, promise: Promise<unknown>) => promise.then(() => void settled.push(name), (error: unknown) => {
    settled.push(`${name} rejected`);
    return error;
  });
  const write = (name: string, lane: 'first' | 'normal' = 'normal') => noted(name, writer.run((on) => void on.prepare('INSERT INTO t (n) VALUES (?)').run(name), lane));
  /** Long enough for everything that does not wait for the disk. */
  const idle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };

  it('H10 OPT-03 nothing is answered before the sync that covers it has ended', async () => {
    const writes = Promise.all([write('a'), write('b'), write('wish', 'first')]);
    await disk.reaches(1);
    await idle();
    expect([stored(), settled]).toEqual([['wish', 'a', 'b'], []]);
    disk.end();
    await writes;
    expect([settled.sort(), disk.begun]).toEqual([['a', 'b', 'wish'], 1]);
  });

  it('jobs gather while a sync runs and share the next one', async () => {
    const first = write('a');
    await disk.reaches(1);
    const gathered: Promise<unknown>[] = [];
    for (const name of ['b', 'c', 'd']) {
      gathered.push(write(name));
      await idle();
    }
    expect([stored(), disk.begun]).toEqual([['a'], 1]);
    disk.end();
    await first;
    await disk.reaches(2);
    expect([stored(), settled]).toEqual([['a', 'b', 'c', 'd'], ['a']]);
    disk.end();
    await Promise.all(gathered);
    expect(disk.begun).toBe(2);
  });

  it('OPT-03 an opt-out does not wait for a sync to be committed, and is answered by the next one', async () => {
    const first = write('a');
    await disk.reaches(1);
    const wish = write('wish', 'first');
    await waitFor('the commit', () => stored().length === 2);
    expect(disk.begun).toBe(1);
    disk.end();
    await first;
    await disk.reaches(2);
    await idle();
    expect(settled).toEqual(['a']);
    disk.end();
    await wish;
    expect(settled).toEqual(['a', 'wish']);
  });

  describe('on the event loop', () => {
    let takes: () => number;
    beforeEach(() => {
      takes = () => 0;
      writer = new GroupCommitWriter(db, { wal: disk.withSyncNow(() => takes()), maxMillis: 1000 });
    });

    it('OPT-03 an opt-out is durable at once, whatever sync runs on the pool, and so is what was committed with it', async () => {
      const first = write('a');
      await disk.reaches(1);
      const since = write('b');
      await write('wish', 'first');
      await since;
      expect([stored(), settled, disk.begun, disk.now]).toEqual([['a', 'wish', 'b'], ['wish', 'b'], 1, 1]);
      disk.end();
      await first;
      await writer.durable();
      expect([disk.begun, disk.now]).toEqual([1, 1]);
    });

    it('OPT-03 on a slow disk the next opt-outs are synced on the pool', async () => {
      takes = () => 9;
      await write('slow', 'first');
      const wish = write('wish', 'first');
      await disk.reaches(1);
      disk.end();
      await wish;
      expect([disk.begun, disk.now]).toEqual([1, 1]);
    });

    it('H10 its failure is final', async () => {
      takes = () => { throw Object.assign(new Error('The disk failed.'), { code: 'EIO' }); };
      expect(await write('wish', 'first')).toEqual(storeFailed);
      expect(writer.failure).toEqual(storeFailed);
      await expect(writer.durable()).rejects.toEqual(storeFailed);
    });
  });

  it('H10 a failed sync is final: what it covered, what came after and every later call reject', async () => {
    const open = [write('covered')];
    await disk.reaches(1);
    open.push(write('committed since', 'first'), noted('durable', writer.durable()));
    await waitFor('the commit', () => stored().length === 2);
    open.push(write('waiting'));
    await idle();
    disk.fail();
    expect(await Promise.all(open)).toEqual(Array(4).fill(storeFailed));
    for (const lane of ['first', 'normal'] as const) await expect(writer.run(() => undefined, lane)).rejects.toEqual(storeFailed);
    await expect(writer.durable()).rejects.toEqual(storeFailed);
    expect([writer.failure, disk.begun, stored()]).toEqual([storeFailed, 1, ['covered', 'committed since']]);
    await writer.close();
  });

  it('H10 a commit that fails while a sync runs takes back nothing of what that sync covers', async () => {
    const covered = write('covered');
    await disk.reaches(1);
    const orphan = noted('orphan', writer.run((on) => void on.exec('INSERT INTO child (id) VALUES (1)'), 'first'));
    const waiting = write('waiting');
    expect(await Promise.all([orphan, waiting])).toEqual([storeFailed, storeFailed]);
    disk.end();
    expect(await covered).toBeUndefined();
    expect([stored(), disk.begun]).toEqual([['covered'], 1]);
  });

  it('durable() waits for a sync that began after the last commit', async () => {
    await writer.durable();
    const open = [write('a')];
    await disk.reaches(1);
    open.push(write('wish', 'first'));
    await waitFor('the commit', () => stored().length === 2);
    const durable = noted('durable', writer.durable());
    disk.end();
    await disk.reaches(2);
    await idle();
    expect(settled).toEqual(['a']);
    disk.end();
    await Promise.all([...open, durable]);
    await writer.durable();
    expect(disk.begun).toBe(2);
  });

  it('close() writes what waits and ends after the sync in flight', async () => {
    const writes = [write('a')];
    await disk.reaches(1);
    writes.push(write('b'));
    const closed = noted('closed', writer.close());
    await expect(writer.run(() => undefined)).rejects.toMatchObject({ code: 'store-closed' });
    expect(stored()).toEqual(['a', 'b']);
    await idle();
    disk.end();
    await disk.reaches(2);
    await idle();
    expect(settled).toEqual(['a']);
    disk.end();
    await Promise.all([...writes, closed]);
    expect(settled).toEqual(['a', 'b', 'closed']);
  });

  it('tells onSync what a sync will cover, and onCommit before anybody is answered', async () => {
    const told: string[] = [];
    writer.onSync(() => told.push(`sync ${stored().join()}`));
    const stop = writer.onCommit(() => told.push(`durable, ${settled.length} answered`));
    const writes = [write('a')];
    await disk.reaches(1);
    writes.push(write('wish', 'first'));
    await waitFor('the commit', () => stored().length === 2);
    expect(told).toEqual(['sync a']);
    disk.end();
    await disk.reaches(2);
    disk.end();
    await Promise.all(writes);
    expect(told).toEqual(['sync a', 'durable, 0 answered', 'sync a,wish', 'durable, 1 answered']);
    stop();
    const more = write('more');
    await disk.reaches(3);
    disk.end();
    await more;
    expect(told.slice(4)).toEqual(['sync a,wish,more']);
  });

  it('without a sync of its own a commit is told to both at once', async () => {
    const told: string[] = [];
    const plain = new GroupCommitWriter(db);
    plain.onSync(() => told.push('sync'));
    plain.onCommit(() => told.push('durable'));
    await plain.run(() => undefined);
    await plain.durable();
    expect([told, disk.begun]).toEqual([['sync', 'durable'], 0]);
  });
});
