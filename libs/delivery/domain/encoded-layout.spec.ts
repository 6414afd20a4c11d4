import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SAMPLE_DISPATCH, sampleMessage } from './marketing-message.fixture.js';
import { assembleMessage } from './mime-message.js';

const SNIPPET = fc.oneof(
  fc.constantFrom('', '\n', '\n', '\r\n', '\r', '.', ' ', '\t', 'From here', 'F', 'rom here on', '=', 'ü', '\ud83d', '\ude00', '\u0000', '--=_x', '=_', `=_${SAMPLE_DISPATCH}`, `_${SAMPLE_DISPATCH}`, 'ends in a space \n'),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.integer({ min: 65, max: 80 }).map((size) => 'x'.repeat(size)),
  fc.integer({ min: 990, max: 1010 }).map((size) => 'y'.repeat(size)),
);
const TEXT = fc.array(SNIPPET, { maxLength: 5 }).map((snippets) => snippets.join(''));
/** Pieces, and the values of two recipients between them. */
const PART = fc.tuple(TEXT, fc.array(fc.tuple(TEXT, TEXT, TEXT), { maxLength: 5 }));
const ASCII_PART = fc.tuple(fc.constantFrom('Hello\n', '', 'Dear '), fc.array(fc.tuple(fc.constantFrom('Ann', 'ü', 'x '), fc.constantFrom('Bob', '\n'), fc.constantFrom('\n', ' and\nmore\n', ',')), { maxLength: 5 }));

type Part = readonly [string, readonly (readonly [string, string, string])[]];

function messages(text: Part, html: Part) {
  const piecesOf = ([first, rest]: Part, foot: string) => [first, ...rest.map(([, , piece]) => piece)].map((piece, at, all) => (at === all.length - 1 ? piece + foot : piece));
  const foot = sampleMessage({ text: '', html: '' });
  const shared = { text: piecesOf(text, foot.text), html: piecesOf(html, foot.html) };
  return ([0, 1] as const).map((recipient) => {
    const values = { text: text[1].map((row) => row[recipient]), html: html[1].map((row) => row[recipient]) };
    const joined = ([first, rest]: Part): string => first + rest.map((row) => row[recipient] + row[2]).join('');
    const plain = sampleMessage({ text: joined(text), html: joined(html) });
    return { plain, laidOut: { ...plain, layout: { text: { pieces: shared.text, values: values.text }, html: { pieces: shared.html, values: values.html } } } };
  });
}

describe('encoded layout', () => {
  it('SND-06 a message put together from encoded pieces has the bytes of one encoded as a whole, whatever stands in it', () => {
    fc.assert(fc.property(fc.oneof(PART, ASCII_PART), fc.oneof(PART, ASCII_PART), (text, html) => {
      for (const { plain, laidOut } of messages(text, html)) expect(Buffer.compare(assembleMessage(laidOut), assembleMessage(plain))).toBe(0);
    }), { numRuns: 3_000 });
  });

  it('OPT-01 SND-02 what no piece and no value shows is looked for across them, and missed where it is missing', () => {
    const [{ plain, laidOut }] = messages(['a ', [['b', 'c', ' d\n']]], ['', []]) as [ReturnType<typeof messages>[number]];
    const { text } = laidOut.layout;
    const whole = `${text.pieces[0]}${text.values[0]}${text.pieces[1]}`;
    const cut = whole.indexOf('Tallinn') + 3;
    const split = { ...laidOut.layout, text: { pieces: [whole.slice(0, cut), whole.slice(cut + 1)], values: [whole[cut] as string] } };
    expect(assembleMessage({ ...plain, layout: split })).toEqual(assembleMessage(plain));
    const without = whole.replace('Tallinn', '');
    expect(() => assembleMessage({ ...plain, text: without, layout: { ...split, text: { pieces: [without], values: [] } } })).toThrow(expect.objectContaining({ rule: 'SND-02' }));
  });
});
