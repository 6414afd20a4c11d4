import type { Decider } from '#kernel/decider';
import { NotFound, RefusedByRule } from '#kernel/errors';
import type { CampaignEvent, Launched } from './campaign.events.js';

export type LifeState = 'draft' | 'running' | 'paused' | 'cancelled' | 'finished';

/** One campaign, folded. The frozen audience is read from the stream, never kept here. */
export interface CampaignState {
  readonly life: LifeState;
  readonly launched?: Launched;
  readonly pauseReason?: string;
  /** Chunks and contacts frozen since the last chunk 0. */
  readonly frozen: { readonly chunks: number; readonly contacts: number };
  readonly verdicts: readonly string[];
}

export type CampaignCommand =
  | { readonly type: 'FreezeAudience'; readonly campaignId: string; readonly firstChunk: number; readonly of: number; readonly chunks: readonly (readonly string[])[] }
  | { readonly type: 'Launch'; readonly launch: Launched }
  | { readonly type: 'Pause'; readonly campaignId: string; readonly reason: string }
  | { readonly type: 'Resume'; readonly campaignId: string }
  | { readonly type: 'Cancel'; readonly campaignId: string; readonly reason: string }
  | { readonly type: 'Finish'; readonly campaignId: string; readonly counts: Record<string, number> }
  | { readonly type: 'InternVerdicts'; readonly verdicts: Extract<CampaignEvent, { type: 'VerdictListInterned' }>['data'] }
  | { readonly type: 'RecordTest'; readonly test: Extract<CampaignEvent, { type: 'TestMessageSent' }>['data'] };

type Command<T extends CampaignCommand['type']> = Extract<CampaignCommand, { type: T }>;

export const campaignDecider: Decider<CampaignState, CampaignCommand, CampaignEvent> = {
  foldVersion: 'campaign/1',
  initialState: () => ({ life: 'draft', frozen: { chunks: 0, contacts: 0 }, verdicts: [] }),
  evolve,
  decide,
};

function evolve(state: CampaignState, event: CampaignEvent): CampaignState {
  switch (event.type) {
    case 'AudienceFrozen': {
      const before = event.data.chunk === 0 ? { chunks: 0, contacts: 0 } : state.frozen;
      return { ...state, frozen: { chunks: before.chunks + 1, contacts: before.contacts + event.data.contactIds.length } };
    }
    case 'CampaignLaunched': return { ...state, life: 'running', launched: event.data };
    case 'CampaignPaused': return { ...state, life: 'paused', pauseReason: event.data.reason };
    case 'CampaignResumed': {
      const { pauseReason: _over, ...rest } = state;
      return { ...rest, life: 'running' };
    }
    case 'CampaignCancelled': return { ...state, life: 'cancelled' };
    case 'CampaignFinished': return { ...state, life: 'finished' };
    case 'VerdictListInterned': return { ...state, verdicts: [...state.verdicts, event.data.verdictsRef] };
    case 'TestMessageSent': return state;
    default: return state;
  }
}

function decide(command: CampaignCommand, state: CampaignState): CampaignEvent[] {
  switch (command.type) {
    case 'FreezeAudience': return freeze(command, state);
    case 'Launch': return launch(command, state);
    case 'InternVerdicts': return state.verdicts.includes(command.verdicts.verdictsRef) ? [] : [{ type: 'VerdictListInterned', data: command.verdicts }];
    case 'RecordTest': return [{ type: 'TestMessageSent', data: command.test }];
    case 'Pause': case 'Resume': case 'Cancel': case 'Finish': return change(command, state);
  }
}

/** Chunks become the audience only with the launch; chunk 0 starts it afresh, so an interrupted launch leaves nothing behind. */
function freeze({ campaignId, firstChunk, of, chunks }: Command<'FreezeAudience'>, state: CampaignState): CampaignEvent[] {
  if (state.launched !== undefined) return [];
  return chunks.map((contactIds, i) => ({ type: 'AudienceFrozen', data: { campaignId, chunk: firstChunk + i, of, contactIds: [...contactIds] } }));
}

/** The same file again changes nothing; another file, or one that was cancelled, needs another name. */
function launch({ launch }: Command<'Launch'>, state: CampaignState): CampaignEvent[] {
  if (state.launched !== undefined) {
    if (state.life === 'cancelled') throw over(launch.name, state.life);
    if (state.launched.fileHash === launch.fileHash) return [];
    throw new RefusedByRule(`A campaign named ${launch.name} was launched with other contents.`, {
      code: 'campaign-name-taken', rule: 'SND-09', status: 409, fix: 'A change needs a new name: give the changed file another name and launch it.',
    });
  }
  if (!launch.doNotMailListImported) {
    throw new RefusedByRule('Nobody has said that the old do-not-mail list was imported.', {
      code: 'do-not-mail-list-unanswered', rule: 'SUP-07', fix: 'Import the list with `outright suppress import`, or confirm that there is none; then set doNotMailListImported.',
    });
  }
  return [{ type: 'CampaignLaunched', data: launch }];
}

function change(command: Command<'Pause' | 'Resume' | 'Cancel' | 'Finish'>, state: CampaignState): CampaignEvent[] {
  const { campaignId } = command;
  if (state.launched === undefined) throw new NotFound('There is no such campaign.', { code: 'campaign-unknown', fix: 'Launch the campaign, or list the campaigns to see their names.' });
  const target = { Pause: 'paused', Resume: 'running', Cancel: 'cancelled', Finish: 'finished' } as const;
  if (state.life === target[command.type]) return [];
  if (state.life === 'cancelled' || state.life === 'finished') {
    throw over(state.launched.name, state.life);
  }
  switch (command.type) {
    case 'Pause': return [{ type: 'CampaignPaused', data: { campaignId, reason: command.reason } }];
    case 'Resume': return [{ type: 'CampaignResumed', data: { campaignId } }];
    case 'Cancel': return [{ type: 'CampaignCancelled', data: { campaignId, reason: command.reason } }];
    case 'Finish': return [{ type: 'CampaignFinished', data: { campaignId, counts: command.counts } }];
  }
}

function over(name: string, life: 'cancelled' | 'finished'): RefusedByRule {
  return new RefusedByRule(`The campaign ${name} is ${life}.`, { code: `campaign-${life}`, rule: 'SND-09', status: 409, fix: 'Launch a new campaign under a new name.' });
}
