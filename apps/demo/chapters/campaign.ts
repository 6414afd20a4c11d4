import { example, HOUR, MINUTE, moveClock, type Stage } from '../stage.js';

interface Finding { severity: string; rule: string; clause: string; message: string; fix: string }
interface Check { findings: Finding[]; launchable: boolean; forecast: { audience: number; eligible: number; refused: number; finishesAt?: string; refusals: { reason: string; count: number; rule: string; fix: string }[] } }
export interface CampaignStatus { campaignId: string; state: string; audienceSize: number; counts: Record<string, number>; notYetDecided: number }

const files = (yaml: string, mail: string) => ({ file: example(yaml).toString(), text: example(`${mail}.txt.hbs`).toString(), html: example(`${mail}.html.hbs`).toString() });
const GOOD = () => files('scanners.campaign.yaml', 'mail');
export const CAMPAIGN = 'scanners-2026-11';

export async function campaignIsChecked(stage: Stage): Promise<void> {
  const { story, api, boxes } = stage;
  story.chapter('The sender proves its domain, an officer approves the assessment');
  const sender = await api.post<{ verifiedBy?: string }>('/v1/senders/sales-ee/verify');
  await api.post('/v1/lias', {
    id: 'lia-2026-01', purpose: 'outreach', assessedBy: 'Officer of the demo', assessedOn: '2026-10-20',
    interest: 'We offer barcode scanners to people who run warehouses and want to tell them of it once.',
    necessity: 'Those people cannot be reached in another way that would disturb them less than one email.',
    balancing: 'Work addresses from public sources, one message, an easy way out, and no profiling of any kind.',
  });
  const lia = await api.post<{ approvedAt?: string }>('/v1/lias/lia-2026-01/approve');
  story.promise('the published key is ours (from a zone file, and the event says so)', sender.body.verifiedBy === 'zone_file');
  story.promise('the assessment is approved', lia.body.approvedAt !== undefined);

  story.chapter('A bad template is refused');
  const bad = await api.post<Check & { findings?: Finding[]; title?: string }>('/v1/campaigns/check', files('bad.campaign.yaml', 'bad'));
  const errors = (bad.body.findings ?? []).filter(({ severity }) => severity === 'error');
  for (const { rule, clause, message, fix } of errors) {
    story.say(`✗ ${message} [${rule}; ${clause}]`);
    story.say(`    fix: ${fix}`);
  }
  story.promise('every finding cites its clause and its fix', errors.length >= 4 && errors.every(({ clause, fix }) => clause !== '' && fix !== ''));
  const launch = await api.post('/v1/campaigns/launch', { ...files('bad.campaign.yaml', 'bad'), doNotMailListImported: true });
  story.promise('it cannot be launched', launch.status === 422 || launch.status === 400);

  story.chapter('A good one is checked, with a forecast, and sent to the team first');
  const good = await api.post<Check>('/v1/campaigns/check', GOOD());
  const { forecast } = good.body;
  story.say(`Audience ${forecast.audience}: ${forecast.eligible} eligible, ${forecast.refused} refused. At the chosen pace it ends ${forecast.finishesAt}.`);
  for (const { reason, count, rule, fix } of forecast.refusals) story.say(`  ${String(count).padStart(3)} × ${reason} [${rule}] → ${fix}`);
  story.promise('it may be launched', good.body.launchable);
  const test = await api.post<{ sent?: { outcome: string }[] }>(`/v1/campaigns/${CAMPAIGN}/test`, GOOD());
  await boxes.settled();
  story.promise('the two test recipients got it, with a link that stops nothing', test.body.sent?.length === 2 && test.body.sent.every(({ outcome }) => outcome === 'handed-off'));
}

export async function status({ api }: Stage): Promise<CampaignStatus> {
  return (await api.get<CampaignStatus>(`/v1/campaigns/${CAMPAIGN}`)).body;
}

/** Lets the campaign run until `until` holds; the calendar moves a minute whenever the pace has nothing to give. */
export async function sendUntil(stage: Stage, until: (now: CampaignStatus) => boolean): Promise<CampaignStatus> {
  let last = '';
  for (let step = 0; step < 3000; step++) {
    const now = await status(stage);
    const decided = now.audienceSize - now.notYetDecided;
    if (`${decided}` !== last) stage.story.progress('campaign', decided, now.audienceSize);
    if (until(now)) return now;
    if (`${decided}` === last) await moveClock(stage, step % 50 === 49 ? HOUR : MINUTE);
    last = `${decided}`;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('The campaign did not come to an end.');
}

export async function campaignLaunched(stage: Stage): Promise<void> {
  const { story, api } = stage;
  story.chapter('The campaign is launched over real SMTP');
  const unanswered = await api.post('/v1/campaigns/launch', { ...GOOD() });
  story.promise('a launch asks first whether the old do-not-mail list was imported', unanswered.status >= 400);
  const launched = await api.post<CampaignStatus>('/v1/campaigns/launch', { ...GOOD(), doNotMailListImported: true });
  story.promise('launched, with a frozen audience', launched.status === 200 && launched.body.audienceSize > 0);
  await sendUntil(stage, ({ counts }) => (counts['handed_off'] ?? 0) >= 20);
  story.say(`${stage.boxes.letters.length} messages have arrived in the recipients’ mailboxes so far.`);
}

