import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE, moveClock, type Stage } from '../stage.js';
import { importExample } from './sourcing.js';

interface Erasures { items: { caseId: string; state: string; trigger: string; receivedAt: string; dueAt: string; completedAt?: string }[] }

async function allErasures({ api }: Stage): Promise<Erasures['items']> {
  return (await api.get<Erasures>('/v1/erasures?limit=500')).body.items;
}

export async function theyAreForgotten(stage: Stage): Promise<void> {
  const { story, api, clock, out } = stage;
  story.chapter('72 hours later: forgotten, and proved');
  const instant = clock.now().toISOString();
  stage.memory.set('beforeErasure', instant);
  await moveClock(stage, 10 * MINUTE);
  for (let hour = 0; hour < 72; hour += 6) await moveClock(stage, 6 * HOUR);
  const cases = (await allErasures(stage)).filter(({ trigger }) => trigger !== 'expired');
  for (const { caseId, receivedAt, completedAt } of cases) {
    const hours = completedAt === undefined ? undefined : (Date.parse(completedAt) - Date.parse(receivedAt)) / HOUR;
    story.say(`case …${caseId.slice(-8)}: asked ${receivedAt.slice(0, 16)}, proved ${completedAt?.slice(0, 16) ?? 'not yet'}${hours === undefined ? '' : ` (${hours.toFixed(1)} h)`}`);
  }
  story.promise(`all ${cases.length} people who left are erased within 72 hours`, cases.length >= 2 && cases.every(({ state, completedAt, dueAt }) => state === 'completed' && (completedAt ?? '9') <= dueAt));
  const first = cases[0];
  if (first !== undefined) {
    const proof = await api.get<string>(`/v1/erasures/${first.caseId}?format=text`);
    writeFileSync(join(out, 'erasure-proof.txt'), proof.body);
    story.say('A proof that a person can read is in erasure-proof.txt.');
  }
  const again = await importExample(stage, 'directory.csv', 'directory.import.yaml');
  story.say(`A second list comes in: ${again.report?.counts['created'] ?? 0} new, ${again.report?.counts['merged'] ?? 0} known, ${again.report?.counts['suppressed'] ?? 0} refused because they left.`);
  story.promise('the re-import of people who left is refused', (again.report?.counts['suppressed'] ?? 0) > 0);
}

/** The end of the next day on which somebody's three years are over. */
async function nextExpiry({ api }: Stage): Promise<string | undefined> {
  return (await api.get<{ items: { dueAt: string }[] }>('/v1/clocks?kind=CL-07&limit=1')).body.items[0]?.dueAt;
}

export async function threeYearsPass(stage: Stage): Promise<void> {
  const { story, api, clock } = stage;
  story.chapter('Three years later: what nobody touched is gone');
  const before = (await allErasures(stage)).length;
  const years = 3 * 365 * DAY;
  const began = clock.now().getTime();
  for (let due = await nextExpiry(stage); due !== undefined; due = await nextExpiry(stage)) {
    await moveClock(stage, Math.max(MINUTE, Date.parse(due) - clock.now().getTime()));
    story.progress('three years', Math.min(99, Math.floor(((clock.now().getTime() - began) / years) * 100)), 100);
  }
  for (let step = 0; step < 5; step++) await moveClock(stage, 6 * HOUR);
  story.progress('three years', 100, 100);
  const page = await allErasures(stage);
  const expired = page.filter(({ trigger }) => trigger === 'expired');
  story.say(`${expired.length}${page.length === 500 ? '+' : ''} people expired; ${page.length - before} cases were opened by the calendar alone.`);
  story.promise('everybody whose three years are over is erased', expired.length > 0 && expired.every(({ state }) => state === 'completed'));
  const suppressed = await api.get<{ total: number; byReason: Record<string, number> }>('/v1/suppressions');
  story.say(`The do-not-mail list still stands: ${Object.entries(suppressed.body.byReason).map(([reason, count]) => `${reason} ${count}`).join(', ')}.`);
  story.promise('expiry suppressed nobody, and no suppression expired', (suppressed.body.byReason['opt_out'] ?? 0) >= 2);
}
