import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { steadyTenancy, contactWorld, lawfulContext, noVerdicts } from '#test/support/contacts';
import { auditOf } from '#test/support/audit';
import { testEngine } from '#test/support/engine';
import { tempFolder } from '#test/support/temp-folder';
import { allProjections as everyProjection } from '#apps/standalone/reactions';

/** A temporary folder in memory where the machine has one: hundreds of bundles are written, and none of them must survive a power cut. */
export function quickFolder(label: string): string {
  if (!existsSync('/dev/shm')) return tempFolder(label);
  const folder = mkdtempSync(join('/dev/shm', `${label}-`));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
process.once('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A short real history: contacts, sends, outcomes, opt-outs, destroyed keys, and a checkpoint after each half. */
export async function auditedHistory(contacts = 8) {
  const test = await testEngine(quickFolder('history'));
  const world = await contactWorld(test);
  const mirror = quickFolder('mirror');
  const audit = auditOf(test, { mirror, projections: everyProjection });
  const added: { contactId: string; prospectId: string; email: string; dispatchId: string }[] = [];
  const send = async (i: number): Promise<void> => {
    const email = `person${i}@buyer.example`;
    const { contactId, prospectId } = (await world.addContact(email))!;
    const dispatchId = `dispatch-${i}`;
    added.push({ contactId, prospectId, email, dispatchId });
    test.clock.advance(60_000);
    const answer = await world.gate.authorise({ contactId, dispatchId, attempt: 1, context: lawfulContext }, [], noVerdicts);
    if (answer.kind !== 'authorised') throw new Error(`The gate answered ${answer.kind}.`);
    await world.gate.record([{ contactId, dispatchId, campaignId: lawfulContext.campaignId, attempt: 1, outcome: { kind: 'handed-off', smtpCode: 250, contentHmac: 'hmac' }, noticeTextVersion: 'notice-1' }]);
  };
  const optOut = (email: string) => world.optOuts.execute({
    request: { forms: world.book.email(email), channel: 'one_click', kind: 'opt_out', receivedAt: test.clock.now(), actor: { kind: 'recipient', id: 'page' } },
  });
  for (let i = 0; i < contacts / 2; i++) await send(i);
  await audit.checkpoints.take();
  for (let i = contacts / 2; i < contacts; i++) await send(i);
  for (const { email } of added.filter((_, i) => i % 3 === 0)) await optOut(email);
  await audit.checkpoints.take();
  return {
    ...test, world, audit, mirror, added, send, optOut, tenancy: steadyTenancy,
    async shred(prospectId: string): Promise<void> {
      const keys = await test.engine.vault.keysOf(prospectId);
      await test.engine.vault.destroy(keys.map(({ kid }) => kid), '2026-11-03');
    },
  };
}
