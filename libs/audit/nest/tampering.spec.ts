import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { hashEvent } from '#kernel/envelope';
import { auditOf } from '#test/support/audit';
import { testEngine } from '#test/support/engine';
import { CONSISTENT, logBytes, MUTATIONS, picks, tamperedLog, tamperWithFolder } from '#test/support/tampering';
import { auditedHistory, quickFolder } from './audited-history.fixture.js';
import { signManifest, type ManifestFields } from '../domain/bundle.js';
import { verifyBundle } from '../verifier/verify-bundle.mjs';

const OFFICER = { kind: 'local', id: 'officer' } as const;
const TIMES = 500;
Logger.overrideLogger(false);
type History = Awaited<ReturnType<typeof auditedHistory>>;

/** The bundle that the installation would sign over this log. */
async function putLogInto(bundle: string, { feed, store }: Pick<History['engine'], 'feed' | 'store'>, { engine }: History): Promise<void> {
  const events = await feed.read(0, 10_000);
  const heads = await store.heads('', 10_000);
  const changed = new Map([
    ['events.ndjson', events.map(({ position, streamId, version, type, hash, bytes }) => `${JSON.stringify({ position, stream: streamId, version, type, hash, bytes: bytes.toString('base64') })}\n`).join('')],
    ['heads.txt', heads.map(({ streamId, version, hash }) => `${streamId} ${version} ${hash}\n`).join('')],
  ]);
  const manifest = JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8')) as ManifestFields & { signature: string; format: string };
  const files = manifest.files.map((file) => {
    const content = changed.get(file.path);
    return content === undefined ? file : { path: file.path, bytes: Buffer.byteLength(content), sha256: hashEvent(Buffer.from(content)) };
  });
  for (const [name, content] of changed) writeFileSync(join(bundle, name), content);
  const { format: _f, signature: _s, ...fields } = manifest;
  const { privateKeyPem } = await engine.keyProvider.signingKey();
  writeFileSync(join(bundle, 'manifest.json'), JSON.stringify(signManifest({ ...fields, events: events.length, files }, privateKeyPem)));
}

describe('tampering with the recorded history', () => {
  let history: History;
  beforeAll(async () => { history = await auditedHistory(); });
  afterAll(() => history.engine.close());

  it('AUD-03 INV-27 an untouched history verifies, in both verifiers, before and after keys are destroyed', async () => {
    const { audit } = history;
    expect(await audit.verifier.verify()).toMatchObject({ ok: true, exit: 0, findings: [], checkpoints: 2, outsideCheckpoints: 2, streamsAheadOfCheckpoints: 0 });
    const before = join(quickFolder('bundle'), 'before');
    await audit.exporter.export(before, OFFICER);
    expect(await verifyBundle(before)).toMatchObject({ ok: true, findings: [], checkpoints: 3 });
    for (const { prospectId } of history.added.slice(0, 4)) await history.shred(prospectId);
    const after = join(quickFolder('bundle'), 'after');
    await audit.exporter.export(after, OFFICER);
    expect(await audit.verifier.verify()).toMatchObject({ ok: true, findings: [] });
    expect(await verifyBundle(after)).toMatchObject({ ok: true, findings: [] });
    expect(JSON.parse(readFileSync(join(after, 'redactions.json'), 'utf8'))).toMatchObject({ keys: { destroyed: 4, present: 4, missing: 0 }, fields: { 'ContactAdded.recipient': { erased: 4, sealed: 4 } } });
  });

  it(`AUD-03 SEC-06 INV-27 ${TIMES} planted mutations are all found, and the independent verifier agrees on every one`, async () => {
    const small = await auditedHistory(4);
    const bundle = join(quickFolder('bundle'), 'out');
    await small.audit.exporter.export(bundle, OFFICER);
    const bytes = logBytes(small.folder);
    const missed: string[] = [];
    for (let i = 0; i < TIMES; i++) {
      const mutation = MUTATIONS[i % MUTATIONS.length]!;
      const tampered = tamperedLog(Buffer.from(bytes), mutation, picks(0x9e3779b9 + i * 7919));
      const audit = auditOf(small, { mirror: small.mirror, tampered });
      const { ok, exit, findings } = await audit.verifier.verify();
      await putLogInto(bundle, tampered, small);
      const second = await verifyBundle(bundle);
      if (ok || exit !== 5 || findings.length === 0) missed.push(`${mutation} #${i}: ours`);
      if (second.ok) missed.push(`${mutation} #${i}: the independent verifier`);
      await tampered.close();
    }
    expect(missed).toEqual([]);
    await small.engine.close();
  }, 60_000);

  it('AUD-03 names gaps, edits, reorders, copies and swaps with stream, version and position', async () => {
    await history.audit.checkpoints.take();
    const bytes = logBytes(history.folder);
    const kindsOf = async (mutation: (typeof MUTATIONS)[number]) => {
      const tampered = tamperedLog(Buffer.from(bytes), mutation, picks(4711));
      const { findings } = await auditOf(history, { tampered }).verifier.verify();
      await tampered.close();
      expect(findings.every(({ message }) => message.length > 20)).toBe(true);
      return findings.map(({ kind }) => kind);
    };
    expect(await kindsOf('flip-bytes')).toContain('edited');
    expect(await kindsOf('drop')).toContain('gap');
    expect(await kindsOf('swap-versions')).toContain('reordered');
    expect(await kindsOf('swap-content')).toContain('misplaced');
    expect(await kindsOf('duplicate')).toContain('misplaced');
    expect(await kindsOf('truncate-stream')).toContain('head-differs');
    expect(await kindsOf('rewrite-tail')).toEqual(expect.arrayContaining(['rewritten']));
    expect(await kindsOf('truncate-log')).toContain('missing-history');
  });
});

describe('a history rewritten by somebody who has the files and the signing key', () => {
  it.each([...CONSISTENT])('AUD-03 SEC-06 %s, with every checkpoint taken anew, shows only beside the checkpoints held elsewhere', async (mutation) => {
    const { engine, folder, mirror, clock } = await auditedHistory(4);
    await engine.close();
    tamperWithFolder(folder, mutation, picks(99));
    for (const name of readdirSync(join(folder, 'checkpoints'))) rmSync(join(folder, 'checkpoints', name));
    const again = await testEngine(folder, clock as never);
    const alone = auditOf(again);
    await alone.checkpoints.take();
    expect(await alone.verifier.verify()).toMatchObject({ ok: true, outsideCheckpoints: 0 });
    const beside = await alone.verifier.verify({ outside: mirror });
    expect(beside).toMatchObject({ ok: false, exit: 5 });
    expect(beside.findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['checkpoint-differs', 'checkpoint-missing']));

    const bundle = join(quickFolder('bundle'), 'out');
    await alone.exporter.export(bundle, OFFICER);
    expect((await verifyBundle(bundle)).ok).toBe(true);
    const held = readdirSync(mirror).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(mirror, name), 'utf8')) as object);
    expect((await verifyBundle(bundle, { held })).ok).toBe(false);
    await again.engine.close();
  });

  it('SEC-06 a damaged event is not signed over, and a mirror is never overwritten', async () => {
    const { engine, folder, mirror, clock, send, audit } = await auditedHistory(4);
    await send(10);
    await engine.close();
    tamperWithFolder(folder, 'flip-bytes', (below) => below - 1);
    const again = await testEngine(folder, clock as never);
    const before = readdirSync(mirror);
    await expect(auditOf(again, { mirror }).checkpoints.take()).rejects.toMatchObject({ code: 'history-damaged', exit: 5 });
    expect(readdirSync(mirror)).toEqual(before);
    expect(existsSync(join(mirror, 'public-key.pem'))).toBe(true);
    expect(audit).toBeDefined();
    await again.engine.close();
  });
});
