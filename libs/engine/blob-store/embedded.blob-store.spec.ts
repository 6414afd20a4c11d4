import { describe, expect, it } from '@jest/globals';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { blobStoreContract } from './blob-store.contract.js';
import { EmbeddedBlobStore } from './embedded.blob-store.js';

blobStoreContract('files', async () => {
  const temp = tempFolder();
  return { open: async () => new EmbeddedBlobStore(temp.path), close: async () => temp.remove() };
});

describe('small byte strings in files', () => {
  it('lie under their own names, for their owner only, and a half written one goes with the old', async () => {
    const temp = tempFolder();
    const store = new EmbeddedBlobStore(temp.path);
    await store.write('answers/one', Buffer.from('x'));
    const [folder, half] = [join(temp.path, 'answers'), join(temp.path, 'answers', 'two.partial')];
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'one')).mode & 0o777]).toEqual([0o700, 0o600]);
    writeFileSync(half, 'x');
    utimesSync(half, new Date('2026-11-01T09:00:00Z'), new Date('2026-11-01T09:00:00Z'));
    await store.prune('answers', new Date('2026-11-01T10:00:00Z'));
    expect(readdirSync(folder)).toEqual(['one']);
    temp.remove();
  });
});
