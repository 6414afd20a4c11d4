import { describe, expect, it } from '@jest/globals';
import { Database } from '#engine/embedded/sqlite-driver';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MovableClock } from '#engine/clock/movable.clock';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { keyVaultContract, newOwner } from './key-vault.contract.js';

const openIn = (dataFolder: string) => openEmbeddedEngine({ dataFolder, clock: new MovableClock(new Date('2026-11-02T09:00:00Z')) });

keyVaultContract('embedded', async () => {
  const folder = tempFolder();
  let engine = await openIn(folder.path);
  return {
    vault: engine.vault,
    async reopen() {
      await engine.close();
      engine = await openIn(folder.path);
      return engine.vault;
    },
    async close() {
      await engine.close();
      folder.remove();
    },
  };
});

function wrappedBytes(folder: string): Map<string, Buffer> {
  const db = new Database(join(folder, 'keys.db'), { readonly: true });
  const rows = db.prepare<[], { kid: string; wrapped: Buffer }>('SELECT kid, wrapped FROM keys').all();
  db.close();
  return new Map(rows.map(({ kid, wrapped }) => [kid, wrapped]));
}

describe('embedded key vault', () => {
  it('INV-06 after destruction and scrub the wrapped bytes are in no file, log or free page', async () => {
    const folder = tempFolder();
    let engine = await openIn(folder.path);
    const keys = (await Promise.all(Array.from({ length: 20 }, () => engine.vault.create(Array.from({ length: 100 }, () => newOwner()))))).flat();
    await engine.close();
    const wrapped = wrappedBytes(folder.path);
    const gone = keys.filter((_, at) => at % 5 === 2).map((key) => key.kid);
    expect(filesContaining(folder.path, gone.map((kid) => wrapped.get(kid)!))).toEqual(['keys.db']);

    engine = await openIn(folder.path);
    await engine.vault.create(Array.from({ length: 100 }, () => newOwner()));
    for (let at = 0; at < gone.length; at += 40) await engine.vault.destroy(gone.slice(at, at + 40), '2026-11-03');
    await engine.scrub();
    await engine.close();
    for (const needle of [wrapped, new Map(keys.map((key) => [key.kid, key.key]))]) {
      expect(filesContaining(folder.path, gone.map((kid) => needle.get(kid)!))).toEqual([]);
    }
    folder.remove();
  });

  it('no data key lies open in any file', async () => {
    const folder = tempFolder();
    const engine = await openIn(folder.path);
    const keys = await engine.vault.create(Array.from({ length: 20 }, () => newOwner()));
    await engine.close();
    expect(filesContaining(folder.path, keys.map((key) => key.key))).toEqual([]);
    folder.remove();
  });

  it('H11 a lost wrapping key is an error, never an empty vault and never a new key', async () => {
    const folder = tempFolder();
    let engine = await openIn(folder.path);
    const [key] = await engine.vault.create([newOwner()]);
    await engine.close();
    rmSync(join(folder.path, 'secrets', 'wrapping.key'));
    engine = await openIn(folder.path);
    await expect(engine.vault.key(key!.kid)).rejects.toMatchObject({ code: 'missing-secret' });
    await expect(engine.vault.create([newOwner()])).rejects.toMatchObject({ code: 'missing-secret' });
    await engine.close();
    folder.remove();
  });

  it('a vault of another installation does not open', async () => {
    const [one, two] = [tempFolder(), tempFolder()];
    let engine = await openIn(one.path);
    const [key] = await engine.vault.create([newOwner()]);
    await engine.close();
    const other = await openIn(two.path);
    await other.keyProvider.wrappingKey();
    await other.close();
    const { copyFileSync } = await import('node:fs');
    copyFileSync(join(two.path, 'secrets', 'wrapping.key'), join(one.path, 'secrets', 'wrapping.key'));
    engine = await openIn(one.path);
    await expect(engine.vault.key(key!.kid)).rejects.toMatchObject({ code: 'wrong-wrapping-key' });
    await engine.close();
    for (const folder of [one, two]) folder.remove();
  });
});
