import type { Decider } from '#kernel/decider';
import type { ContactCommand } from './contact.commands.js';
import type { ContactEvent } from './contact.events.js';
import { type ContactState, initialContact } from './contact.state.js';
import { contactSnapshot } from './contact.snapshot.js';
import { authoriseDispatch, recordOutcome, resolveUnknown } from './decide-dispatch.js';
import {
  liftRestriction, mergeSource, recordHardBounce, recordNotice, recordObjection, recordOptOut, setRestriction, startErasure, withdrawConsent,
} from './decide-standing.js';
import { evolveDispatch } from './evolve-dispatch.js';
import { evolveStanding } from './evolve-standing.js';

function decide(command: ContactCommand, state: ContactState): ContactEvent[] {
  switch (command.type) {
    case 'AuthoriseDispatch': return authoriseDispatch(command, state);
    case 'RecordOutcome': return recordOutcome(command, state);
    case 'RecordOptOut': return recordOptOut(command, state);
    case 'RecordObjection': return recordObjection(command, state);
    case 'WithdrawConsent': return withdrawConsent(command, state);
    case 'MergeSource': return mergeSource(command, state);
    case 'SetRestriction': return setRestriction(command, state);
    case 'LiftRestriction': return liftRestriction(command, state);
    case 'StartErasure': return startErasure(command, state);
    case 'RecordHardBounce': return recordHardBounce(command, state);
    case 'ResolveUnknown': return resolveUnknown(command, state);
    case 'RecordNotice': return recordNotice(command, state);
    case 'ConfirmReach': return state.reachOwed ? [{ type: 'OtherContactsReached', data: { contactId: command.contactId, contacts: command.contacts } }] : [];
  }
}

/** The contact stream: everything that can permit or forbid a message to one address. The same command decided twice gives nothing new. */
export const contactDecider: Decider<ContactState, ContactCommand, ContactEvent> = {
  foldVersion: 'contact/1',
  snapshotForm: contactSnapshot,
  initialState: initialContact,
  evolve: (state, event) => evolveStanding(state, event) ?? evolveDispatch(state, event) ?? state,
  decide,
};
