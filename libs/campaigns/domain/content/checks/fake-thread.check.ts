import { found, type CheckedMessage, type ContentCheck } from './content-check.js';

const THREAD_HEADERS = ['in-reply-to', 'references', 'thread-topic', 'thread-index'];
const QUOTED = [/^-{2,}\s*(original|forwarded|weitergeleitete|ursprüngliche)\b.*-{2,}\s*$/im, /^begin forwarded message:/im, /^on .{5,120}\bwrote:\s*$/im, /^from: .+\n(sent|date|to): .+/im];

/** A first message carries no trace of a conversation that never was (SND-04). */
export const fakeThread: ContentCheck = {
  id: 'fake-thread',
  rule: 'SND-04',
  clause: '15 USC 7704(a)(1)-(2)',
  run({ headers = [], plain, view, expected }: CheckedMessage) {
    if (expected.inReply === true) return [];
    const named = headers.filter((header) => THREAD_HEADERS.includes(header.name.toLowerCase()));
    const inHeaders = named.map((header) => found(fakeThread, { id: 'fake-thread-header', overridable: true, where: { part: 'headers' }, message: `The header ${header.name} claims an earlier message from the recipient.`, fix: 'Leave it out of a first message.' }));
    const parts = [['text', plain], ['html', view.visibleText]] as const;
    const inParts = parts.filter(([, content]) => QUOTED.some((pattern) => pattern.test(content))).map(([part]) => found(fakeThread, { id: 'fake-thread-quote', overridable: true, where: { part }, message: 'The message quotes a conversation that the recipient did not have.', fix: 'Remove the quoted message.' }));
    return [...inHeaders, ...inParts];
  },
};
