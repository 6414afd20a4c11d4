import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmlFolderMailTransport } from './eml-folder.mail-transport.js';
import { assertOutside } from './mail-folder.js';
import { free, mailTransportContract, outgoing } from './mail-transport.contract.js';

let folder: string;
const files = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const fresh = async () => { folder = await mkdtemp(join(tmpdir(), 'eml-')); };
const gone = () => rm(folder, { recursive: true });

mailTransportContract('.eml folder', async () => {
  await fresh();
  return { transport: new EmlFolderMailTransport({ folder }), arrived: async () => Promise.all((await files()).map((path) => readFile(path))), stop: gone };
});

describe('.eml folder', () => {
  beforeEach(fresh);
  afterEach(gone);

  it('SND-19 SEC-02 keeps <campaign>/<dispatchId>.eml for its owner only, with no address in a name', async () => {
    const transport = new EmlFolderMailTransport({ folder });
    const message = outgoing(undefined, { dispatchId: 'd1', campaign: 'c1' });
    await transport.connection().send(message, free);
    const { campaign: _, ...notice } = outgoing(undefined, { dispatchId: 'd2' });
    await transport.connection().send(notice, free);
    expect((await files()).sort()).toEqual([join(folder, 'c1', 'd1.eml'), join(folder, 'other', 'd2.eml')]);
    expect((await stat(join(folder, 'c1', 'd1.eml'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'c1'))).mode & 0o777).toBe(0o700);
  });

  it('ERA-01 removes the message of an erased recipient, and says nothing where it is gone', async () => {
    const transport = new EmlFolderMailTransport({ folder });
    const message = outgoing();
    await transport.connection().send(message, free);
    await transport.removeMessage(message.dispatchId, message.campaign);
    await transport.removeMessage(message.dispatchId, message.campaign);
    expect(await files()).toEqual([]);
    await expect(transport.removeMessage('../x', 'c')).rejects.toMatchObject({ code: 'mail-name-invalid' });
  });

  it('RET-02 sweeps after 7 days, drafts of a crash too, and nothing else', async () => {
    const transport = new EmlFolderMailTransport({ folder });
    for (const dispatchId of ['old', 'new']) await transport.connection().send(outgoing(undefined, { dispatchId, campaign: 'c' }), free);
    await transport.connection().send(outgoing(undefined, { dispatchId: 'only', campaign: 'alone' }), free);
    const now = new Date('2026-05-20T00:00:00Z'), eightDaysAgo = new Date('2026-05-12T00:00:00Z'), sixDaysAgo = new Date('2026-05-14T00:00:00Z');
    await utimes(join(folder, 'c', 'old.eml'), eightDaysAgo, eightDaysAgo);
    await utimes(join(folder, 'alone', 'only.eml'), eightDaysAgo, eightDaysAgo);
    await utimes(join(folder, 'c', 'new.eml'), sixDaysAgo, sixDaysAgo);
    expect(await transport.sweep(now)).toBe(2);
    expect(await files()).toEqual([join(folder, 'c', 'new.eml')]);
    expect(await readdir(folder)).toEqual(['c']);
  });

  it('SND-10 a folder that cannot be written is an outcome, not an error', async () => {
    await symlink('/proc/self/nothing', join(folder, 'blocked'));
    expect(await new EmlFolderMailTransport({ folder }).connection().send(outgoing(undefined, { campaign: 'blocked' }), free)).toMatchObject({ kind: 'not-sent', phase: 'body', temporary: true });
  });

  it('ERA-01 the mail folder and the data folder lie outside each other, also through a link', async () => {
    const data = join(folder, 'data');
    await mkdir(data);
    await symlink(data, join(folder, 'link'));
    for (const mail of [data, join(data, 'mail'), join(folder, 'link', 'mail'), folder]) expect(() => assertOutside(data, mail)).toThrow(/outside each other/);
    for (const mail of [join(folder, 'mail'), join(folder, 'data-mail'), join(folder, '..mail')]) expect(() => assertOutside(data, mail)).not.toThrow();
  });
});
