import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DataFolder } from '#engine/embedded/data-folder';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { HeldSync } from '#engine/embedded/held-sync.fixture';
import { openSqlite, truncateLog, type Db } from '#engine/embedded/sqlite';
import { tempFolder, type TempFolder } from '#engine/embedded/temp-folder.fixture';
import { FileKeyProvider } from '#engine/secrets/file.key-provider';
import { FolderSecretRegister } from '#engine/secrets/folder.secret-register';
import { EmbeddedKeyVault, openKeysDb } from './embedded.key-vault.js';
import { newOwner } from './key-vault.contract.js';
import type { DataKey } from './key-vault.port.js';
import { wrappedKeys } from './wrapped-keys.fixture.js';

describe('order of log and key destruction', () => {
  let temp: TempFolder;
  let folder: DataFolder;
  let keysDb: Db;
  let logDb: Db;
  let disk: HeldSync;
  let log: GroupCommitWriter;
  let vault: EmbeddedKeyVault;
  let key: DataKey;
  beforeEach(async () => {
    temp = tempFolder();
    folder = DataFolder.open(temp.path);
    [keysDb, logDb] = [openKeysDb(folder.keys), openSqlite(folder.events, { durability: 'full' })];
    logDb.exec('CREATE TABLE t (n INTEGER)');
    disk = new HeldSync();
    log = new GroupCommitWriter(logDb, { wal: disk.wal });
    const provider = new FileKeyProvider({ folder: folder.secrets, register: new FolderSecretRegister(folder), random: randomBytes, passphrase: undefined });
    vault = new EmbeddedKeyVault(keysDb, new GroupCommitWriter(keysDb), provider, randomBytes, { beforeDestroy: () => log.durable(), truncate: async () => truncateLog(keysDb) });
    [key] = (await vault.create([newOwner()])) as [DataKey];
  });
  afterEach(() => {
    for (const part of [keysDb, logDb, folder]) part.close();
    temp.remove();
  });

  const tombstones = () => wrappedKeys(folder.keys).filter(({ destroyed }) => destroyed).map(({ kid }) => kid);
  /** An event that is committed; on disk when the test says so. */
  const order = async () => {
    const written = log.run((db) => void db.exec('INSERT INTO t (n) VALUES (1)'));
    await disk.reaches(1);
    return { written };
  };

  it('H10 ERA-01 a key lives until the log that orders its end is on disk', async () => {
    const { written } = await order();
    let over = false;
    const destroyed = vault.destroy([key.kid], '2026-11-03').finally(() => (over = true));
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect([over, tombstones(), await vault.key(key.kid)]).toEqual([false, [], key]);
    disk.end();
    await written;
    await disk.reaches(2);
    disk.end();
    expect(await destroyed).toEqual([key.kid]);
    expect([tombstones(), await vault.key(key.kid)]).toEqual([[key.kid], 'destroyed']);
  });

  it('H10 a log that failed destroys nothing', async () => {
    const { written } = await order();
    const destroyed = vault.destroy([key.kid], '2026-11-03');
    disk.fail();
    expect(await Promise.allSettled([written, destroyed])).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'store-failed' } }));
    await expect(vault.destroy([key.kid], '2026-11-03')).rejects.toMatchObject({ code: 'store-failed' });
    expect([tombstones(), await vault.key(key.kid)]).toEqual([[], key]);
  });
});
