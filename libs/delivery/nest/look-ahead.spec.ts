import { describe, expect, it } from '@jest/globals';
import type { CampaignView } from '#contracts/api/campaign-reader';
import type { DispatchContext, Look } from '#contracts/api/dispatch-gate';
import { MovableClock } from '#engine/clock/movable.clock';
import { waitFor } from '#test/support/wait-for';
import { PaceWindow } from '../domain/pace-window.js';
import { SendList } from '../domain/send-list.js';
import { DispatchDesk } from './dispatch-desk.js';
import { LookAhead } from './look-ahead.js';
import { SendTicket, ticketCells } from './send-ticket.js';
import { SendingCampaign, type Job } from './sending-campaign.js';
import { Turns } from './turns.js';

const DAY = 86_400_000;
const START = new Date('2026-11-02T08:00:00Z');

function ahead({ mine = (): boolean => true, perMinute = 1_000, perDay = 1_000, look = async (contactId: string): Promise<Look | undefined> => ({ contact: { contactId } as Look['contact'], seen: contactId }) } = {}) {
  const clock = new MovableClock(START, true);
  const window = new PaceWindow({ perMinute, perDay, perDomainPerHour: 1_000 }, (at) => Math.floor(at / DAY) * DAY + DAY - 1);
  const desk = new DispatchDesk(clock, { waitUntil: () => undefined, learnDomains: async () => undefined, finished: () => undefined, dispatchId: (_, contactId) => `d-${contactId}`, mine });
  const view = { campaignId: 'campaign', state: 'running', startAt: START.toISOString() } as unknown as CampaignView;
  const campaign = new SendingCampaign(view, {} as never, ['one', 'two'], new SendList(2, new Set(), [], window, () => null), window, new Map(), {});
  desk.campaigns.set('campaign', campaign);
  const told: string[] = [];
  const connection = {
    ticket: new SendTicket(ticketCells(1), 0), send: async () => ({ kind: 'broke' as const, code: 'unused' }), destroy: async () => undefined, close: async () => undefined,
    prepare: ({ dispatchId }: { dispatchId: string }) => void told.push(`prepare ${dispatchId}`), forget: () => void told.push('forget'),
  };
  const giveBack = ({ index, attempt, startedAt, domain }: Job) => {
    window.released(startedAt, domain);
    campaign.list.retry({ index, attempt, at: clock.now().getTime() });
  };
  const turns = new Turns();
  const lookAhead = new LookAhead(connection, { desk, turns, clock, giveBack, gate: { look: ({ contactId }) => look(contactId) }, reader: { dispatchContext: async () => ({}) as DispatchContext } });
  return { clock, desk, told, turns, lookAhead };
}

describe('looking ahead', () => {
  it('SND-10 of a campaign that another process sends by now nothing is handed out, so no connection takes and gives back without end', () => {
    let mine = false;
    const { desk } = ahead({ mine: () => mine });
    expect(desk.take()).toBeUndefined();
    mine = true;
    expect(desk.take()).toMatchObject({ contactId: 'one' });
  });

  it('SND-10 prepares the next message and hands it over once, with the time of its own start for the pace', async () => {
    const { clock, desk, told, lookAhead } = ahead({ perMinute: 1 });
    lookAhead.begin();
    lookAhead.begin();
    await waitFor('the preparation', () => told.length > 0);
    clock.advance(30_000);
    expect(await lookAhead.take()).toMatchObject({ job: { contactId: 'one', startedAt: START.getTime() + 30_000 }, look: { seen: 'one' } });
    expect([told, await lookAhead.take()]).toEqual([['prepare d-one'], undefined]);
    // One a minute: counted from the start that was moved.
    clock.advance(59_999);
    expect(desk.take()).toBeUndefined();
    clock.advance(1);
    expect(desk.take()).toMatchObject({ contactId: 'two' });
  });

  it('SND-09 a message prepared before midnight takes no place of a day that is full by now, and waits its turn', async () => {
    const { clock, desk, told, lookAhead } = ahead({ perDay: 1 });
    clock.advance(16 * 3_600_000 - 100);
    lookAhead.begin();
    await waitFor('the preparation', () => told.length > 0);
    clock.advance(150);
    expect(desk.take()).toMatchObject({ contactId: 'two' });
    expect(await lookAhead.take()).toBeUndefined();
    expect([told, desk.take()]).toEqual([['prepare d-one', 'forget'], undefined]);
    clock.advance(DAY);
    expect(desk.take()).toMatchObject({ contactId: 'one', attempt: 1 });
  });

  it('keeps nothing for long: the job comes back to every connection, and what was composed is forgotten', async () => {
    const { desk, told, lookAhead } = ahead({ perMinute: 1 });
    const rung = desk.nextRing();
    lookAhead.begin();
    expect(desk.take()).toBeUndefined();
    await rung;
    expect(told).toEqual(['prepare d-one', 'forget']);
    expect(desk.take()).toMatchObject({ contactId: 'one', attempt: 1 });
    expect(await lookAhead.take()).toBeUndefined();
  });

  it('a job without a look is handed over all the same: unknown to the gate, unreadable, or its turn not come yet', async () => {
    for (const look of [async () => undefined, () => Promise.reject(new Error('unreadable'))]) {
      let asked = 0;
      const { told, lookAhead } = ahead({ look: () => { asked += 1; return look(); } });
      lookAhead.begin();
      await waitFor('the look', () => asked > 0);
      expect(await lookAhead.take()).toMatchObject({ job: { contactId: 'one' }, look: undefined });
      expect(told).toEqual(['forget']);
    }
    const { told, turns, lookAhead } = ahead();
    const release = turns.hold();
    lookAhead.begin();
    expect(await lookAhead.take()).toMatchObject({ job: { contactId: 'one' }, look: undefined });
    release();
    await turns.next('later');
    expect(told).toEqual(['forget']);
  });
});
