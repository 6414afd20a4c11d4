import { describe, expect, it } from '@jest/globals';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { checkpointStoreContract } from './checkpoint-store.contract.js';
import { EmbeddedCheckpointStore } from './embedded.checkpoint-store.js';

checkpointStoreContract('a folder', async () => {
  const temp = tempFolder();
  return { open: () => new EmbeddedCheckpointStore(join(temp.path, 'checkpoints')), close: async () => temp.remove() };
});

describe('checkpoints in a folder', () => {
  it('INV-27 (partly) replaces leaves that a crash left without their checkpoint, and keeps its files to their owner', async () => {
    const temp = tempFolder();
    writeFileSync(join(temp.path, '000001.leaves'), 'half');
    const store = new EmbeddedCheckpointStore(temp.path);
    expect(await store.numbers()).toEqual([]);
    expect(await store.add(1, Buffer.from('{}'), Buffer.from('whole'))).toBe(true);
    expect(readdirSync(temp.path).sort()).toEqual(['000001.json', '000001.leaves']);
    for (const name of readdirSync(temp.path)) expect(statSync(join(temp.path, name)).mode & 0o777).toBe(0o600);
    for await (const piece of store.leaves(1)) expect(piece.toString()).toBe('whole');
    temp.remove();
  });
});
