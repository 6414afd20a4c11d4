import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { randomId } from '#kernel/ids';
import type { DataKey, KeyOwner, KeyVault } from './key-vault.port.js';

export interface VaultUnderTest {
  readonly vault: KeyVault;
  /** The same vault after a restart. */
  reopen(): Promise<KeyVault>;
  close(): Promise<void>;
}

export function newOwner(owner: Partial<KeyOwner> = {}): KeyOwner {
  return { tenantId: 'tenant-a', subjectId: randomId(randomBytes, 'prospect'), purposeClass: 'marketing', ...owner };
}

/** What every key vault promises. */
export function keyVaultContract(name: string, open: () => Promise<VaultUnderTest>): void {
  describe(`key vault contract: ${name}`, () => {
    let under: VaultUnderTest;
    let vault: KeyVault;
    beforeEach(async () => ({ vault } = under = await open()));
    afterEach(() => under.close());

    it('creates one key per tenant, person and purpose class, and the same one again', async () => {
      const owner = newOwner();
      const others = [newOwner(), { ...owner, tenantId: 'tenant-b' }, { ...owner, purposeClass: 'rights' as const }];
      const keys = await vault.create([owner, ...others, owner]);
      expect(new Set(keys.map((key) => key.kid)).size).toBe(4);
      expect(new Set(keys.map((key) => key.key.toString('hex'))).size).toBe(4);
      expect(keys[4]).toEqual(keys[0]);
      expect(keys[0]!.key).toHaveLength(32);
      expect(await vault.create([owner])).toEqual([keys[0]]);
      expect(await vault.find(owner)).toEqual(keys[0]);
      expect(await vault.key(keys[0]!.kid)).toEqual(keys[0]);
    });

    it('takes a proposed key for an owner without one, and for no other', async () => {
      const [owner, known] = [newOwner(), newOwner()];
      const [old] = await vault.create([known]);
      const proposals = [owner, known].map((of) => ({ ...of, proposed: { kid: randomId(randomBytes, 'key'), key: randomBytes(32) } }));
      expect(await vault.create(proposals)).toEqual([proposals[0]!.proposed, old]);
      vault = await under.reopen();
      expect(await vault.find(owner)).toEqual(proposals[0]!.proposed);
    });

    it('gives concurrent creators of one owner the same key', async () => {
      const owner = newOwner();
      const created = (await Promise.all(Array.from({ length: 8 }, () => vault.create([owner])))).flat();
      expect(new Set(created.map((key) => key.kid)).size).toBe(1);
    });

    it('keeps keys over a restart', async () => {
      const owner = newOwner();
      const [key] = await vault.create([owner]);
      vault = await under.reopen();
      expect(await vault.key(key!.kid)).toEqual(key);
      expect(await vault.find(owner)).toEqual(key);
    });

    it('H11 tells a destroyed key from one that is missing', async () => {
      const owner = newOwner();
      const [key] = (await vault.create([owner])) as [DataKey];
      expect(await vault.destroy([key.kid, 'key-unheard-of'], '2026-11-03')).toEqual([key.kid]);
      expect(await vault.destroy([key.kid], '2026-11-04')).toEqual([key.kid]);
      expect([await vault.key(key.kid), await vault.find(owner)]).toEqual(['destroyed', 'destroyed']);
      expect([await vault.key('key-unheard-of'), await vault.find(newOwner())]).toEqual(['missing', 'missing']);
      vault = await under.reopen();
      expect([await vault.key(key.kid), await vault.key('key-unheard-of')]).toEqual(['destroyed', 'missing']);
    });

    it('INV-06 an owner whose key was destroyed never gets another, and a batch with one changes nothing', async () => {
      const [erased, fresh] = [newOwner(), newOwner()];
      const [key] = (await vault.create([erased])) as [DataKey];
      await vault.destroy([key.kid], '2026-11-03');
      await expect(vault.create([fresh, erased])).rejects.toMatchObject({ code: 'data-key-destroyed', rule: 'INV-06' });
      expect(await vault.find(fresh)).toBe('missing');
      expect(await vault.create([{ ...erased, purposeClass: 'evidence' }])).toHaveLength(1);
    });

    it('lists the keys of a person with their states', async () => {
      const subjectId = randomId(randomBytes, 'prospect');
      const [marketing, rights] = (await vault.create([newOwner({ subjectId }), newOwner({ subjectId, purposeClass: 'rights' }), newOwner()])) as [DataKey, DataKey];
      await vault.destroy([marketing.kid], '2026-11-03');
      expect(await vault.keysOf(subjectId)).toEqual([
        { kid: marketing.kid, purposeClass: 'marketing', state: 'destroyed' }, { kid: rights.kid, purposeClass: 'rights', state: 'present' },
      ]);
    });

    it('destroys one key and leaves the others', async () => {
      const keys = await vault.create(Array.from({ length: 50 }, () => newOwner()));
      const gone = keys.filter((_, at) => at % 3 === 0).map((key) => key.kid);
      await vault.destroy(gone, '2026-11-03');
      await vault.scrub();
      for (const key of keys) expect(await vault.key(key.kid)).toEqual(gone.includes(key.kid) ? 'destroyed' : key);
    });
  });
}
