import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { prepareSecrets } from '#engine/distributed/prepare-secrets';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { FileKeyProvider } from './file.key-provider.js';
import { keyProviderContract } from './key-provider.contract.js';
import type { KeyProvider } from './key-provider.port.js';
import { makeSecrets } from './make-secrets.js';
import { MongoSecretRegister } from './mongo.secret-register.js';

async function registered() {
  const own = ownDatabase('secrets');
  const mongo = await MongoConnection.open(own.url);
  const folders = [tempFolder(), tempFolder()];
  const [here, there] = folders.map(({ path }) => join(path, 'secrets')) as [string, string];
  return {
    url: own.url, mongo, here, there,
    provider: (folder = here, passphrase?: string) => new FileKeyProvider({ folder, register: new MongoSecretRegister(mongo), random: randomBytes, passphrase }),
    async close() {
      await mongo.close();
      await own.drop();
      for (const folder of folders) folder.remove();
    },
  };
}

for (const passphrase of [undefined, 'correct horse']) {
  keyProviderContract(passphrase === undefined ? 'files, registered in MongoDB' : 'files under a passphrase, registered in MongoDB', async () => {
    const on = await registered();
    return { provider: on.provider(on.here, passphrase), reopen: async () => on.provider(on.here, passphrase), close: on.close };
  });
}

describe('secrets of an installation with several processes', () => {
  let on: Awaited<ReturnType<typeof registered>>;
  beforeEach(async () => (on = await registered()));
  afterEach(() => on.close());

  const uses: readonly [string, (keys: KeyProvider) => Promise<unknown>][] = [
    ['wrapping.key', (keys) => keys.wrappingKey()], ['signing.pem', (keys) => keys.signingKey()], ['suppression-pepper.key', (keys) => keys.secret('suppression-pepper')],
  ];

  it('are all made by one step that may be repeated, and work from a copy of the folder', async () => {
    await prepareSecrets({ mongoUrl: on.url, secretsFolder: on.here });
    await prepareSecrets({ mongoUrl: on.url, secretsFolder: on.here });
    expect(readdirSync(on.here).sort()).toEqual(['dispatch-id.key', 'signing.pem', 'suppression-pepper.key', 'unsubscribe-token.key', 'wrapping.key']);
    cpSync(on.here, on.there, { recursive: true });
    for (const [, use] of uses) expect(await use(on.provider(on.there))).toEqual(await use(on.provider(on.here)));
  });

  it.each(uses)('H11 %s of another making is refused, and so is none at all, and neither is made or changed', async (file, use) => {
    await makeSecrets(on.provider());
    await expect(use(on.provider(on.there))).rejects.toMatchObject({ code: 'missing-secret', rule: 'H11', fix: expect.stringContaining('secrets folder') });
    const other = await registered();
    await makeSecrets(other.provider());
    cpSync(other.here, on.there, { recursive: true });
    await other.close();
    const before = readFileSync(join(on.there, file));
    await expect(use(on.provider(on.there))).rejects.toMatchObject({ code: 'secret-differs', rule: 'H11', message: expect.stringContaining(file), fix: expect.stringContaining('secrets folder') });
    expect(readFileSync(join(on.there, file))).toEqual(before);
    rmSync(join(on.here, file));
    await expect(use(on.provider())).rejects.toMatchObject({ code: 'missing-secret' });
    expect(readdirSync(on.here)).not.toContain(file);
  });

  it.each(uses)('H11 many who make %s at once in one folder get the same', async (_, use) => {
    const made = await Promise.all(Array.from({ length: 12 }, () => use(on.provider())));
    expect(new Set(made.map((secret) => JSON.stringify(secret))).size).toBe(1);
    expect(readdirSync(on.here)).toHaveLength(1);
  });

  it('H11 of two who make one at once in two folders one is refused, and then works with a copy', async () => {
    const folders = [on.here, on.there];
    for (const name of ['first', 'second', 'third', 'fourth']) {
      const answers = await Promise.allSettled(folders.map((folder) => on.provider(folder).secret(name)));
      const winner = answers.findIndex(({ status }) => status === 'fulfilled');
      expect(answers[1 - winner]).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/^(secret-differs|missing-secret)$/) } });
      cpSync(join(folders[winner]!, `${name}.key`), join(folders[1 - winner]!, `${name}.key`));
      expect(await on.provider(folders[1 - winner]).secret(name)).toEqual((answers[winner] as PromiseFulfilledResult<unknown>).value);
    }
  });

  it('SUP-09 H11 a version that was made elsewhere is missed here until it is copied', async () => {
    await on.provider().secret('unsubscribe-token');
    cpSync(on.here, on.there, { recursive: true });
    const rotated = await on.provider().rotate('unsubscribe-token');
    await expect(on.provider(on.there).secret('unsubscribe-token')).rejects.toMatchObject({ code: 'missing-secret', message: expect.stringContaining('version 2') });
    cpSync(on.here, on.there, { recursive: true });
    expect(await on.provider(on.there).secret('unsubscribe-token')).toEqual(rotated);
  });

  it('SEC-02 the register holds nothing of a secret', async () => {
    await makeSecrets(on.provider());
    const documents = await on.mongo.db.collection('secrets').find().toArray();
    expect(documents).toHaveLength(5);
    for (const document of documents) expect(document).toEqual({ _id: expect.stringMatching(/^[a-z-]+\.(key|pem)\/1$/), fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const held = JSON.stringify(documents);
    for (const file of readdirSync(on.here)) {
      const text = readFileSync(join(on.here, file), 'utf8');
      for (const secret of text.match(/[A-Za-z0-9+/=]{40,}/g)!) expect(held.includes(secret) || held.includes(Buffer.from(secret, 'base64').toString('hex').slice(0, 16))).toBe(false);
    }
  });
});
