import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { auditOf } from '#test/support/audit';
import { removeTempFolders } from '#test/support/temp-folder';
import { canonicalJson } from '../domain/canonical-json.js';
import { isSignedBy, type Checkpoint } from '../domain/checkpoint.js';
import { auditedHistory, quickFolder } from './audited-history.fixture.js';
import { CheckpointFiles } from './checkpoint-files.js';

afterAll(removeTempFolders);

type History = Awaited<ReturnType<typeof auditedHistory>>;

/** One more send, and what a checkpoint signs then. */
async function nextSigned(history: History): Promise<string[]> {
  await history.send(9);
  const files = new CheckpointFiles(history.engine.checkpoints);
  const taken = await auditOf(history, { mirror: history.mirror }).checkpoints.take();
  const streams: string[] = [];
  for await (const leaves of files.leaves(taken!.checkpoint.n)) streams.push(...(leaves ?? []).map(({ stream }) => stream));
  expect(await history.audit.verifier.verify()).toMatchObject({ ok: true, findings: [] });
  return streams;
}

describe('how far the log was read for a checkpoint', () => {
  it.each([
    ['is known', () => undefined],
    ['is lost', (path: string) => rmSync(path)],
    ['is that of another engine', (path: string) => writeFileSync(path, '{"format":"outright-checkpoint-place/1"}')],
    ['was changed by somebody', (path: string) => {
      const place = JSON.parse(readFileSync(path, 'utf8')) as { through: number };
      writeFileSync(path, JSON.stringify({ ...place, through: place.through + 2 }));
    }],
  ] as const)('AUD-03 INV-27 %s: the next one signs the streams that changed, and no other', async (_, spoil) => {
    const history = await auditedHistory(2);
    spoil(join(history.engine.folder.checkpoints, '000002.place'));
    const [added] = [await nextSigned(history)];
    expect(added).toEqual([history.added.at(-1)!.contactId]);
    await history.engine.close();
  });

  it('AUD-03 INV-27 stood inside checkpoints of the first format: those verify, and new ones follow them', async () => {
    const history = await auditedHistory(2);
    const folder = history.engine.folder.checkpoints;
    const key = await history.engine.keyProvider.signingKey();
    const files = new CheckpointFiles(history.engine.checkpoints);
    const second = (await files.read(2)) as Checkpoint;
    const { signature: _, ...fields } = { ...second, format: 'outright-checkpoint/1' as const, through: await history.engine.feed.head() };
    const old = { ...fields, signature: sign(null, Buffer.from(`outright/checkpoint/v1\n${canonicalJson(fields)}`), key.privateKeyPem).toString('base64') };
    expect(isSignedBy(old, key.publicKeyPem)).toBe(true);
    for (const place of [folder, history.mirror]) writeFileSync(join(place, '000002.json'), JSON.stringify(old));
    rmSync(join(folder, '000002.place'));
    expect(await nextSigned(history)).toEqual([history.added.at(-1)!.contactId]);
    // And the program in the bundle says so too.
    const bundle = join(quickFolder('bundle'), 'audit');
    await history.audit.exporter.export(bundle, { kind: 'local', id: 'test' });
    const { verifyBundle } = await import('../verifier/verify-bundle.mjs');
    expect(await verifyBundle(bundle)).toMatchObject({ ok: true, findings: [] });
    await history.engine.close();
  });
});
