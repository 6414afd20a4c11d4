import type { Decider } from '#kernel/decider';
import { NotFound, RefusedByRule } from '#kernel/errors';
import type { EventInput } from '#contracts/define-event';
import type { identityRecorded, liaApproved, liaRecorded, senderRecorded, senderVerified, settingsActivated } from '#contracts/events/tenancy/index';

export type TenantEvent =
  | EventInput<typeof identityRecorded> | EventInput<typeof senderRecorded> | EventInput<typeof senderVerified>
  | EventInput<typeof settingsActivated> | EventInput<typeof liaRecorded> | EventInput<typeof liaApproved>;

type Of<Type extends TenantEvent['type']> = Extract<TenantEvent, { type: Type }>['data'];
export type SenderState = Of<'SenderRecorded'> & { verified?: Of<'SenderVerified'> };
export type LiaState = Of<'LiaRecorded'> & { approvedAt?: string };

export interface TenantState {
  identity: Of<'IdentityRecorded'> | undefined;
  settings: Of<'SettingsActivated'> | undefined;
  senders: Record<string, SenderState>;
  lias: Record<string, LiaState>;
}

export type TenantCommand =
  | { kind: 'record-identity'; identity: Of<'IdentityRecorded'>['identity']; publicUrl: string }
  | { kind: 'record-sender'; sender: Omit<Of<'SenderRecorded'>, 'version'> }
  | { kind: 'verify-sender'; verified: Omit<Of<'SenderVerified'>, 'version'> }
  | { kind: 'activate-settings'; settings: Of<'SettingsActivated'> }
  | { kind: 'record-lia'; lia: Of<'LiaRecorded'> }
  | { kind: 'approve-lia'; liaId: string; approvedAt: string };

/** The installation's identity, senders, settings and assessments, each version an event; the same again is no event. */
export const tenantDecider: Decider<TenantState, TenantCommand, TenantEvent> = {
  foldVersion: 'tenant/1',
  initialState: () => ({ identity: undefined, settings: undefined, senders: {}, lias: {} }),

  evolve(state, event) {
    switch (event.type) {
      case 'IdentityRecorded': return { ...state, identity: event.data };
      case 'SettingsActivated': return { ...state, settings: event.data };
      case 'SenderRecorded': return { ...state, senders: { ...state.senders, [event.data.senderId]: event.data } };
      case 'SenderVerified': return withSender(state, event.data.senderId, (sender) => (sender.version === event.data.version ? { ...sender, verified: event.data } : sender));
      case 'LiaRecorded': return { ...state, lias: { ...state.lias, [event.data.liaId]: event.data } };
      case 'LiaApproved': return withLia(state, event.data.liaId, (lia) => ({ ...lia, approvedAt: event.data.approvedAt }));
      default: return state;
    }
  },

  decide(command, state) {
    switch (command.kind) {
      case 'record-identity': {
        const { identity, publicUrl } = command;
        if (state.identity !== undefined && same({ identity, publicUrl }, { identity: state.identity.identity, publicUrl: state.identity.publicUrl })) return [];
        return [{ type: 'IdentityRecorded', data: { version: (state.identity?.version ?? 0) + 1, identity, publicUrl } }];
      }
      case 'record-sender': {
        const { version = 0, verified: _, ...known } = own(state.senders, command.sender.senderId) ?? {};
        return same(known, command.sender) ? [] : [{ type: 'SenderRecorded', data: { ...command.sender, version: version + 1 } }];
      }
      case 'verify-sender': {
        const sender = own(state.senders, command.verified.senderId);
        if (sender === undefined) throw new NotFound(`There is no sender ${command.verified.senderId}.`, { code: 'unknown-sender', fix: 'Add it to outright.yaml with `outright sender add`.' });
        return sender.verified !== undefined && same(sender.verified, { ...command.verified, version: sender.version }) ? [] : [{ type: 'SenderVerified', data: { ...command.verified, version: sender.version } }];
      }
      case 'activate-settings':
        return same(state.settings, command.settings) ? [] : [{ type: 'SettingsActivated', data: command.settings }];
      case 'record-lia': {
        const known = own(state.lias, command.lia.liaId);
        if (known === undefined) return [{ type: 'LiaRecorded', data: command.lia }];
        const { approvedAt: _, recordedAt: __, ...text } = known;
        const { recordedAt: ___, ...given } = command.lia;
        if (same(text, given)) return [];
        throw new RefusedByRule(`The assessment ${command.lia.liaId} is already recorded with another text.`, { code: 'lia-exists', rule: 'LAW-02', status: 409, fix: 'Use a new id: an approved text never changes.' });
      }
      case 'approve-lia': {
        const lia = own(state.lias, command.liaId);
        if (lia === undefined) throw new NotFound(`There is no assessment ${command.liaId}.`, { code: 'unknown-lia', rule: 'LAW-02', fix: 'Add it with `outright lia add`.' });
        return lia.approvedAt === undefined ? [{ type: 'LiaApproved', data: { liaId: command.liaId, approvedAt: command.approvedAt } }] : [];
      }
    }
  },
};

/** Equal once written down, whatever the order of keys: a key whose value is undefined is no key. */
function same(a: unknown, b: unknown): boolean {
  return written(a) === written(b);
}

function written(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1))) : inner);
}

function withSender(state: TenantState, id: string, change: (sender: SenderState) => SenderState): TenantState {
  const sender = own(state.senders, id);
  return sender === undefined ? state : { ...state, senders: { ...state.senders, [id]: change(sender) } };
}

function withLia(state: TenantState, id: string, change: (lia: LiaState) => LiaState): TenantState {
  const lia = own(state.lias, id);
  return lia === undefined ? state : { ...state, lias: { ...state.lias, [id]: change(lia) } };
}

/** An id such as `constructor` names nothing that nobody recorded. */
export function own<T>(record: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}
