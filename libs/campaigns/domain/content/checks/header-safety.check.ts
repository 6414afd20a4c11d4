import { found, type CheckedMessage, type ContentCheck } from './content-check.js';

const ONCE = ['from', 'to', 'date', 'subject', 'message-id'];

/** Header fields cannot break out of their line, and those that may stand once do (SND-06). */
export const headerSafety: ContentCheck = {
  id: 'header-safety',
  rule: 'SND-06',
  clause: 'RFC 5322 2.2, 3.6',
  run({ headers }: CheckedMessage) {
    if (headers === undefined) return [];
    const where = { part: 'headers' } as const;
    // eslint-disable-next-line no-control-regex -- refusing control characters is the point
    const unsafe = headers.filter(({ name, value }) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value) || !/^[\x21-\x39\x3b-\x7e]+$/.test(name));
    const counted = ONCE.map((name) => [name, headers.filter((header) => header.name.toLowerCase() === name).length] as const).filter(([, count]) => count !== 1);
    return [
      ...unsafe.map(({ name }) => found(headerSafety, { id: 'header-control-characters', where, message: `The header ${JSON.stringify(name.slice(0, 40))} holds a line break or control character.`, fix: 'Remove it from the value it was built from.' })),
      ...counted.map(([name, count]) => found(headerSafety, { id: 'header-count', where, message: `The header ${name} stands ${count} times instead of once.`, fix: 'Build the message with each of these headers once.' })),
    ];
  },
};
