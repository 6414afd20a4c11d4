import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERASED } from '#kernel/sealed';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { newProspect } from './log.fixture.js';
import type { MissingDataKey } from './personal-data.js';
import { seal } from './sealer.js';

let world: TestEngine;
beforeEach(async () => { world = await testEngine(); });
afterEach(() => world.engine.close());
afterAll(removeTempFolders);

async function sealed(subjectId = newProspect()) {
  const [key] = await world.engine.vault.create([{ tenantId: 'main', subjectId, purposeClass: 'marketing' }]);
  return seal('mari@people.example', key!, 'ContactAdded.recipient', randomBytes);
}

describe('personal data', () => {
  it('opens under a living key', async () => {
    expect(await world.personal.open(await sealed())).toBe('mari@people.example');
  });

  it('INV-06 only a tombstone reads [erased], for ever', async () => {
    const value = await sealed();
    await world.engine.vault.destroy([value.kid], '2026-11-02');
    expect(await world.personal.open(value)).toBe(ERASED);
    await world.engine.close();
    const again = await testEngine(world.folder);
    expect(await again.personal.open(value)).toBe(ERASED);
    await again.engine.close();
  });

  it('ERA-10 (partly) a key that is simply gone is an alarm and an error, never [erased]', async () => {
    const alarms: MissingDataKey[] = [];
    world.personal.onMissingKey((error) => alarms.push(error));
    const value = { ...(await sealed()), kid: 'key-of-a-lost-vault' };
    await expect(world.personal.open(value)).rejects.toMatchObject({ code: 'missing-data-key', rule: 'ERA-10', fix: expect.stringContaining('restore') });
    expect(alarms.map(({ code }) => code)).toEqual(['missing-data-key']);
  });

  it('SEC-02 a value moved under another person\'s key does not open, and the error quotes nothing', async () => {
    const [mine, theirs] = [await sealed(), await sealed()];
    const outcome = await world.personal.open({ ...mine, kid: theirs.kid }).then(() => 'opened', String);
    expect(outcome).toMatch(/^Error: /);
    expect(outcome).not.toContain('mari');
  });
});
