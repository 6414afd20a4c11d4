import type { SnapshotForm } from '#kernel/decider';
import { OutrightError } from '#kernel/errors';
import type { ContactState } from './contact.state.js';

const OPENING = '"dispatches":{';
const MEMBERS = /(?:"[^"\\]*(?:\\.[^"\\]*)*":\{"s":"[a-z]","a":\d+\},?)*(?=\})/y;

/** A snapshot is the JSON of the state with its dispatches as an object. They are cut out unread: parsing that many keys takes longer than the send. */
export const contactSnapshot: SnapshotForm<ContactState> = {
  read(snapshot) {
    const at = MEMBERS.lastIndex = snapshot.indexOf(OPENING) + OPENING.length;
    const members = MEMBERS.exec(snapshot)?.[0];
    if (members === undefined) throw new OutrightError('The snapshot of a contact cannot be read.', { code: 'unreadable-snapshot', status: 500, exit: 1 });
    const state = JSON.parse(snapshot.slice(0, at) + snapshot.slice(at + members.length)) as ContactState;
    return { ...state, dispatches: members === '' ? '' : `,${members}` };
  },
  write(state) {
    return JSON.stringify({ ...state, dispatches: {} }).replace(OPENING, () => OPENING + state.dispatches.slice(1));
  },
};
