import { describe, expect, it } from '@jest/globals';
import { given } from '#kernel/decider-spec';
import { NotFound, RefusedByRule } from '#kernel/errors';
import { campaignDecider, type CampaignCommand } from './campaign.decider.js';
import type { CampaignEvent, Launched } from './campaign.events.js';

const launch: Launched = {
  campaignId: 'campaign-1', name: 'scanners', fileHash: 'hash-1', purpose: 'outreach', language: 'en', templateVersion: 't1', senderId: 's', senderVersion: 1, identityVersion: 1,
  policyVersion: 'p1', pace: { perDay: 1, perMinute: 1, perDomainPerHour: 1 }, startAt: '2026-11-02T09:00:00.000Z', doNotMailListImported: true, audience: { imports: ['fair'] }, audienceSize: 2,
};
const launched: CampaignEvent = { type: 'CampaignLaunched', data: launch };
const event = (type: 'CampaignPaused' | 'CampaignCancelled'): CampaignEvent => ({ type, data: { campaignId: 'campaign-1', reason: 'by-hand' } });
const resumed: CampaignEvent = { type: 'CampaignResumed', data: { campaignId: 'campaign-1' } };
const finished: CampaignEvent = { type: 'CampaignFinished', data: { campaignId: 'campaign-1', counts: {} } };
const command = (type: 'Pause' | 'Resume' | 'Cancel'): CampaignCommand => ({ type, campaignId: 'campaign-1', reason: 'by-hand' });
const finish: CampaignCommand = { type: 'Finish', campaignId: 'campaign-1', counts: { handed_off: 2 } };

describe('a campaign', () => {
  it.each<[string, CampaignEvent[], CampaignCommand, string[]]>([
    ['runs once launched', [], { type: 'Launch', launch }, ['CampaignLaunched']],
    ['is launched once, the same file again changes nothing', [launched], { type: 'Launch', launch }, []],
    ['pauses', [launched], command('Pause'), ['CampaignPaused']],
    ['pauses once', [launched, event('CampaignPaused')], command('Pause'), []],
    ['resumes', [launched, event('CampaignPaused')], command('Resume'), ['CampaignResumed']],
    ['resumes only what is paused', [launched], command('Resume'), []],
    ['pauses again', [launched, event('CampaignPaused'), resumed], command('Pause'), ['CampaignPaused']],
    ['is cancelled while paused', [launched, event('CampaignPaused')], command('Cancel'), ['CampaignCancelled']],
    ['is cancelled once', [launched, event('CampaignCancelled')], command('Cancel'), []],
    ['finishes', [launched], finish, ['CampaignFinished']],
    ['finishes once', [launched, finished], finish, []],
  ])('SND-09 %s', (_, history, when, expected) => {
    const { events, error } = given(campaignDecider, history).when(when);
    expect(error).toBeUndefined();
    expect(events?.map(({ type }) => type)).toEqual(expected);
  });

  it.each([['cancelled', event('CampaignCancelled')], ['finished', finished]])('SND-09 nothing revives a %s campaign', (state, end) => {
    for (const type of ['Pause', 'Resume'] as const) {
      expect(given(campaignDecider, [launched, end]).when(command(type)).error).toMatchObject({ code: `campaign-${state}` });
    }
  });

  it('SND-09 the same file again is refused once the campaign was cancelled, and changes nothing once it has finished', () => {
    const again = (end: CampaignEvent) => given(campaignDecider, [launched, end]).when({ type: 'Launch', launch });
    expect(again(event('CampaignCancelled')).error).toMatchObject({ code: 'campaign-cancelled', exit: 3, message: `The campaign ${launch.name} is cancelled.` });
    expect(again(finished).events).toEqual([]);
  });

  it('SND-09 another file under a launched name is refused: a change needs a new name', () => {
    const { error } = given(campaignDecider, [launched]).when({ type: 'Launch', launch: { ...launch, fileHash: 'hash-2' } });
    expect(error).toBeInstanceOf(RefusedByRule);
    expect(error).toMatchObject({ code: 'campaign-name-taken', fix: expect.stringContaining('new name') });
  });

  it('SUP-07 a launch needs the answer about the old do-not-mail list', () => {
    expect(given(campaignDecider).when({ type: 'Launch', launch: { ...launch, doNotMailListImported: false } }).error).toMatchObject({ code: 'do-not-mail-list-unanswered' });
  });

  it('SND-09 what was never launched can be neither paused nor finished', () => {
    for (const when of [command('Pause'), command('Resume'), command('Cancel'), finish]) expect(given(campaignDecider).when(when).error).toBeInstanceOf(NotFound);
  });

  it('SND-10 an interrupted freeze starts afresh, and after the launch the audience stays as it is', () => {
    const freeze: CampaignCommand = { type: 'FreezeAudience', campaignId: 'campaign-1', firstChunk: 0, of: 2, chunks: [['a'], ['b']] };
    const chunks = given(campaignDecider).when(freeze).events!;
    expect(chunks.map(({ data }) => data)).toMatchObject([{ chunk: 0, contactIds: ['a'] }, { chunk: 1, contactIds: ['b'] }]);
    expect(given(campaignDecider, [...chunks, ...chunks]).state.frozen).toEqual({ chunks: 2, contacts: 2 });
    expect(given(campaignDecider, [...chunks, launched]).when(freeze).events).toEqual([]);
  });

  it('SND-09 a verdict list is interned once', () => {
    const intern: CampaignCommand = { type: 'InternVerdicts', verdicts: { campaignId: 'campaign-1', verdictsRef: 'v1', ruleSetVersion: 'r1', verdicts: [] } };
    const [first] = given(campaignDecider, [launched]).when(intern).events!;
    expect(given(campaignDecider, [launched, first!]).when(intern).events).toEqual([]);
  });
});
