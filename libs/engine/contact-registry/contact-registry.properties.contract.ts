import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { entryOf, formsOf, newContact, optOutOf } from './address-forms.fixture.js';
import type { RegistryUnderTest } from './registry-under-test.fixture.js';

const TENANTS = ['tenant-a', 'tenant-b'];

const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'optOut', 'suppress', 'close', 'remove'),
  tenant: fc.constantFrom(...TENANTS),
  person: fc.integer({ min: 0, max: 3 }),
  spelling: fc.constantFrom('', 'dotted'),
});

/** Random interleavings, several operations in flight at once. */
export function registryProperties(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`contact registry properties: ${name}`, () => {
    it('INV-01 INV-04 SUP-10 once suppressed, an address stays suppressed and never gets a new contact', async () => {
      const { registry, store, close } = await open();
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (turns) => {
        run += 1;
        const suppressed = new Set<string>();
        const prospects = new Set<string>();
        const formsFor = (person: number, spelling = '') => formsOf(`run ${run} person ${person}`, { spelling });
        const nameOf = (tenant: string, person: number) => `${tenant} ${person}`;
        for (const turn of turns) {
          const before = new Set(suppressed);
          await Promise.all(turn.map(async ({ kind, tenant, person, spelling }) => {
            const tenantId = `${tenant}-${run}`;
            const forms = formsFor(person, spelling);
            if (kind === 'create') {
              const contact = newContact(forms, { tenantId });
              const [result] = await registry.create([contact]);
              if (result!.status === 'created') prospects.add(contact.prospectId);
              else expect(await store.load(contact.contactId)).toEqual([]);
              if (before.has(nameOf(tenant, person))) expect(result!.status).toBe('suppressed');
            } else if (kind === 'optOut') {
              suppressed.add(nameOf(tenant, person));
              const { reached } = await registry.optOut(optOutOf(forms, { tenantId }));
              for (const { row } of reached) expect((await store.load(row.contactId)).at(-1)!.type).toBe('OptOutRecorded');
            } else if (kind === 'suppress') {
              suppressed.add(nameOf(tenant, person));
              await registry.suppress([entryOf(forms, tenantId)]);
            } else {
              const row = await registry.locate(tenantId, forms);
              if (row !== undefined) await (kind === 'close' ? registry.close(row.prospectId) : registry.remove(row.prospectId));
            }
          }));
          for (const tenant of TENANTS) {
            for (let person = 0; person < 4; person += 1) {
              const { status } = await registry.suppressionOf(`${tenant}-${run}`, formsFor(person, 'yet another'));
              expect(status).toBe(suppressed.has(nameOf(tenant, person)) ? 'suppressed' : 'clear');
            }
          }
        }
        const rows = (await Promise.all([...prospects].map((prospectId) => registry.rowsOfProspect(prospectId)))).flat();
        const loose = rows.map((row) => `${row.tenantId} ${row.forms.loose}`);
        expect(new Set(loose).size).toBe(loose.length);
      }), { numRuns: 40 });
      await close();
    });
  });
}
