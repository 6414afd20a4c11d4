import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '#compliance/domain/settings';
import type { AddressBook } from '#contracts/api/address-book';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import { MovableClock } from '#engine/clock/movable.clock';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import type { ModelThread } from '#engine/read-models/thread/model-link';
import { canonicalDomain } from '#kernel/address/domain-name';
import { parseEmailAddress } from '#kernel/address/email-address';
import { KeyedForms } from '#kernel/address/keyed-forms';
import { parsePhoneNumber } from '#kernel/address/phone-number';
import { sourcingProjections } from '../projections/index.js';
import { ImportService } from './import.service.js';

export const NOW = new Date('2026-11-02T09:00:00.000Z');
export const ACTOR = { kind: 'local', id: 'tester' } as const;
export const ATTESTED = 'attest: { by: Mari Maasikas, at: "2026-11-01T08:00:00Z", text: "Collected by us from public pages; each site was checked." }\n';

export const fixtureTenancy: Tenancy = {
  tenantId: 'main',
  policyVersion: () => 'test-1',
  setting: <T>(key: string) => (defaultSettings as Readonly<Record<string, unknown>>)[key] as T,
  identity: () => undefined, sender: () => undefined, dkimKey: () => undefined, lia: () => undefined,
};

export function fixtureBook(pepper: Buffer): AddressBook {
  const forms = new KeyedForms(pepper, fixtureTenancy.tenantId);
  return {
    keyVersion: 1,
    email: (given) => forms.email(typeof given === 'string' ? parseEmailAddress(given) : given),
    phone: (raw, country) => {
      const reading = parsePhoneNumber(raw, country);
      return forms.phone('e164' in reading ? reading.e164 : raw);
    },
    domain: (raw) => forms.domain(canonicalDomain(raw)),
  };
}

/** Everything that an import needs, on a real engine in a folder of its own. */
export async function openSourcing(dataFolder: string, clock: Clock = new MovableClock(NOW), modelThread?: ModelThread) {
  const engine = await openEmbeddedEngine({ dataFolder, clock, modelThread });
  const log = new EventLog(engine.store, engine.vault, clock);
  const book = fixtureBook((await engine.keyProvider.secret('suppression-pepper')).key);
  const projections = engine.projecting(sourcingProjections);
  await projections.start();
  const catchUp = { readModels: () => projections.caughtUp() };
  const service = new ImportService(log, engine.vault, engine.registry, engine.keyProvider, engine.readModels, catchUp, book, fixtureTenancy);
  let files = 0;
  return {
    engine, log, book, clock, catchUp, service, personal: new PersonalData(engine.vault),
    /** Imports text as a file with an attested import.yaml. */
    import(csv: string | Buffer, config = '', options: { dryRun?: boolean; signal?: AbortSignal; fileName?: string } = {}) {
      const path = join(dataFolder, `upload-${files++}.csv`);
      writeFileSync(path, csv);
      const { fileName = 'list.csv', ...rest } = options;
      return service.import({ path, fileName, config: `${ATTESTED}${config}` }, { actor: ACTOR, ...rest });
    },
    /** Every event in the log, oldest first. */
    async events() {
      const all = [];
      for (let after = 0; ;) {
        const page = await engine.feed.read(after, 1000);
        if (page.length === 0) return all;
        all.push(...page);
        after = page.at(-1)?.position ?? after;
      }
    },
    async close() {
      await projections.stop();
      await engine.close();
    },
  };
}

export const HEADER = 'email,first_name,last_name,phone,company,country,recipient_type,source_type,source_name,source_url,collected_at,collected_by,method,basis,basis_ref';

/** Rows of a plausible list: company addresses in Estonia, from public pages. */
export function plainRows(count: number, from = 0, domain = 'firm'): string {
  const rows: string[] = [];
  for (let n = from; n < from + count; n++) {
    rows.push(`person.${n}@${domain}${n % 997}.example,Ann${n},Tamm,,Firm ${n % 997} OÜ,EE,company_person,public_website,,https://${domain}${n % 997}.example/team,2026-10-${String(1 + (n % 28)).padStart(2, '0')},crawler,,legitimate_interest,lia-2026-01`);
  }
  return rows.join('\n');
}
