import { waitFor } from '#test/support/wait-for';
import type { MessageSender, Sent } from './message-sender.js';
import { SendTicket, ticketCells } from './send-ticket.js';

const taken: Sent = { kind: 'sent', outcome: { kind: 'handed-off', code: 250, enhanced: undefined } as never, contentHmac: '0'.repeat(64), noticeTextVersion: 'notice-1' };

/** Sends nothing: every message waits for the test to answer it, and what each connection prepares and forgets is written down. */
export function heldSender() {
  const cells = ticketCells(16);
  const open: { connection: number; contactId: string; answer: (sent?: Sent) => void }[] = [];
  /** By connection: the contact whose message is prepared there. */
  const prepared = new Map<number, string>();
  const sent: string[] = [];
  let connections = 0;
  const sender: MessageSender = {
    connection() {
      const id = connections++;
      return {
        ticket: new SendTicket(cells, id),
        prepare: ({ contact }) => void prepared.set(id, contact.contactId),
        forget: () => void prepared.delete(id),
        send({ contact: { contactId } }) {
          prepared.delete(id);
          sent.push(contactId);
          return new Promise((resolve) => open.push({ connection: id, contactId, answer: (what = taken) => resolve(what) }));
        },
        destroy: async () => open.filter(({ connection }) => connection === id).forEach(({ answer }) => answer({ kind: 'broke', code: 'destroyed' })),
        close: async () => undefined,
      };
    },
    failure: () => undefined,
    close: async () => undefined,
  };
  return {
    sender, prepared, sent,
    /** The oldest message without an answer. */
    async next() {
      await waitFor('a message', () => open.length > 0);
      return open.shift()!;
    },
  };
}
