import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '#test/support/wait-for';
import { Checkpointer } from './checkpointer.js';
import { GroupCommitWriter } from './group-commit.writer.js';
import { openSqlite } from './sqlite.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';
import { WalFile } from './wal-file.js';

const LARGE = 64 * 1024 * 1024;
const BLOB = 64 * 1024;

describe('checkpointer', () => {
  let temp: TempFolder;
  let unheard: unknown[];
  const note = (error: unknown) => unheard.push(error);
  beforeEach(() => {
    temp = tempFolder();
    unheard = [];
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
    temp.remove();
  });

  function open(name = 'test', checkpointer = new Checkpointer()) {
    const path = join(temp.path, `${name}.db`);
    const db = openSqlite(path, { durability: 'full' });
    db.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, bytes BLOB)');
    const wal = new WalFile(db);
    const writer = new GroupCommitWriter(db, { wal });
    checkpointer.watch(db, writer, wal);
    let rows = db.prepare<[], number>('SELECT count(*) FROM t').pluck().get() ?? 0;
    return {
      path, db, wal, writer, checkpointer,
      write(size = BLOB) {
        const n = (rows += 1);
        return writer.run(() => void db.prepare('INSERT INTO t (n, bytes) VALUES (?, ?)').run(n, blobOf(n, size)));
      },
      async writeLarge() {
        for (let bytes = 0; bytes <= LARGE; bytes += 16 * BLOB) await Promise.all(Array.from({ length: 16 }, () => this.write()));
      },
      rows: () => rows,
      close() {
        wal.close();
        db.close();
      },
    };
  }
  type Opened = ReturnType<typeof open>;

  const blobOf = (n: number, size: number) => Buffer.alloc(size, createHash('sha256').update(String(n)).digest());
  function expectEveryRow({ db, rows }: Pick<Opened, 'db' | 'rows'>) {
    const found = db.prepare<[], { n: number; bytes: Buffer }>('SELECT n, bytes FROM t ORDER BY n').all();
    expect(found.map(({ n }) => n)).toEqual(Array.from({ length: rows() }, (_, at) => at + 1));
    expect(found.filter(({ n, bytes }) => !bytes.equals(blobOf(n, bytes.length)))).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  }
  async function endsWell(name: string, { rows }: Opened) {
    const { db, checkpointer, ...again } = open(name);
    expectEveryRow({ db, rows });
    await checkpointer.close();
    again.close();
    expect(unheard).toEqual([]);
  }

  it('makes a long log short again while writing goes on, and loses no row', async () => {
    const opened = open();
    for (let round = 0; round < 2; round += 1) {
      await opened.writeLarge();
      await waitFor('a short log', async () => {
        await opened.write(100);
        return opened.wal.length() < LARGE / 16;
      });
      expect(statSync(opened.path).size).toBeGreaterThan(LARGE * (round + 1));
    }
    await opened.writer.close();
    await opened.checkpointer.close();
    opened.close();
    await endsWell('test', opened);
  });

  it('close() lets checkpoints that run and wait end, and no row is lost', async () => {
    const one = open('one');
    const two = open('two', one.checkpointer);
    await Promise.all([one.writeLarge(), two.writeLarge()]);
    const last = one.write();
    await one.writer.close();
    await two.writer.close();
    await one.checkpointer.close();
    await last;
    for (const { path } of [one, two]) expect(statSync(path).size).toBeGreaterThan(LARGE);
    for (const opened of [one, two]) opened.close();
    await endsWell('one', one);
    await endsWell('two', two);
  });

  it('a truncation waits its turn and empties the log', async () => {
    const heard: unknown[] = [];
    const opened = open('test', new Checkpointer((error) => heard.push(error)));
    await opened.writeLarge();
    await opened.checkpointer.truncate(opened.db);
    expect(opened.wal.length()).toBe(0);
    await opened.checkpointer.close();
    expect([heard, opened.checkpointer.failure]).toEqual([[], undefined]);
    opened.close();
    await endsWell('test', opened);
  });

  it('H10 a worker that cannot open the file leaves writing alive, and says so once', async () => {
    const heard: unknown[] = [];
    const opened = open('test', new Checkpointer((error) => heard.push(error)));
    renameSync(opened.path, `${opened.path}.away`);
    await opened.writeLarge();
    await opened.checkpointer.truncate(opened.db);
    await opened.writeLarge();
    expect(opened.writer.failure).toBeUndefined();
    expect(opened.checkpointer.failure).toMatchObject({ code: 'checkpoints-failed', message: expect.stringMatching(/SQLITE_CANTOPEN.*event loop/), fix: expect.stringContaining('restart') });
    expect(heard).toEqual([opened.checkpointer.failure]);
    expectEveryRow(opened);
    renameSync(`${opened.path}.away`, opened.path);
    await opened.checkpointer.close();
    opened.close();
    await endsWell('test', opened);
  });
});
