import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolder } from '#engine/embedded/data-folder';
import { tempFolder, type TempFolder } from '#engine/embedded/temp-folder.fixture';
import { FileKeyProvider } from './file.key-provider.js';
import { FolderSecretRegister } from './folder.secret-register.js';
import { keyProviderContract } from './key-provider.contract.js';

function openIn(temp: TempFolder, passphrase?: string) {
  const folder = DataFolder.open(temp.path);
  const provider = new FileKeyProvider({ folder: folder.secrets, register: new FolderSecretRegister(folder), random: randomBytes, passphrase });
  return { provider, folder };
}

for (const passphrase of [undefined, 'correct horse']) {
  keyProviderContract(passphrase === undefined ? 'files' : 'files under a passphrase', async () => {
    const temp = tempFolder();
    let { provider, folder } = openIn(temp, passphrase);
    return {
      provider,
      async reopen() {
        folder.close();
        ({ provider, folder } = openIn(temp, passphrase));
        return provider;
      },
      async close() {
        folder.close();
        temp.remove();
      },
    };
  });
}

describe('file key provider', () => {
  it('keeps secrets readable by their owner only', async () => {
    const temp = tempFolder();
    const { provider, folder } = openIn(temp);
    await Promise.all([provider.wrappingKey(), provider.secret('suppression-pepper'), provider.signingKey()]);
    const files = readdirSync(folder.secrets).sort();
    expect(files).toEqual(['signing.pem', 'suppression-pepper.key', 'wrapping.key']);
    expect(statSync(folder.secrets).mode & 0o777).toBe(0o700);
    for (const file of files) expect(statSync(join(folder.secrets, file)).mode & 0o777).toBe(0o600);
    folder.close();
    temp.remove();
  });

  it.each(['suppression-pepper.key', 'signing.pem', 'wrapping.key'])('H11 %s that was used and is gone is an error, never made again', async (file) => {
    const temp = tempFolder();
    const use = (provider: FileKeyProvider): Promise<unknown> =>
      file === 'signing.pem' ? provider.signingKey() : file === 'wrapping.key' ? provider.wrappingKey() : provider.secret('suppression-pepper');
    const first = openIn(temp);
    await use(first.provider);
    first.folder.close();
    rmSync(join(first.folder.secrets, file));
    const second = openIn(temp);
    await expect(use(second.provider)).rejects.toMatchObject({ code: 'missing-secret', rule: 'H11' });
    expect(readdirSync(second.folder.secrets)).toEqual([]);
    second.folder.close();
    temp.remove();
  });

  it('a damaged secret is an error', async () => {
    const temp = tempFolder();
    const { provider, folder } = openIn(temp);
    for (const [content, name] of [['{', 'one'], ['{"current":1,"versions":{"1":"AAAA"}}', 'two'], ['{"current":2,"versions":{}}', 'three']] as const) {
      writeFileSync(join(folder.secrets, `${name}.key`), content);
      await expect(provider.secret(name)).rejects.toMatchObject({ code: 'unreadable-secret' });
    }
    folder.close();
    temp.remove();
  });

  it('SUP-09 rotation keeps the older versions', async () => {
    const temp = tempFolder();
    const { provider, folder } = openIn(temp);
    const first = await provider.secret('unsubscribe-token');
    const second = await provider.rotate('unsubscribe-token');
    expect(second.version).toBe(2);
    expect(second.older).toEqual(new Map([[1, first.key]]));
    folder.close();
    const again = openIn(temp);
    expect(await again.provider.secret('unsubscribe-token')).toEqual(second);
    again.folder.close();
    temp.remove();
  });

  it('seals an open wrapping key when a passphrase is first given, and then needs it', async () => {
    const temp = tempFolder();
    const open = openIn(temp);
    const wrapping = await open.provider.wrappingKey();
    open.folder.close();
    const sealing = openIn(temp, 'correct horse');
    expect(await sealing.provider.wrappingKey()).toEqual(wrapping);
    sealing.folder.close();
    expect(readFileSync(join(open.folder.secrets, 'wrapping.key'), 'utf8')).not.toContain(wrapping.key.toString('base64'));
    for (const [passphrase, code] of [[undefined, 'passphrase-needed'], ['wrong', 'wrong-passphrase']] as const) {
      const refused = openIn(temp, passphrase);
      await expect(refused.provider.wrappingKey()).rejects.toMatchObject({ code });
      refused.folder.close();
    }
    temp.remove();
  });
});
