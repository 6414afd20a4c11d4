import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readZoneFile, zoneLine } from './zone-file.js';

const name = 's1._domainkey.sender.example';

describe('zone file', () => {
  it('SND-05 any value written is the value read, in chunks of at most 255 characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 700 }), (value) => {
      const line = zoneLine(name, value);
      expect(readZoneFile(`${line}\n`)).toEqual(new Map([[name, [value]]]));
      for (const [, chunk] of line.matchAll(/"((?:[^"\\]|\\.)*)"/g)) expect(chunk!.replace(/\\(.)/g, '$1').length).toBeLessThanOrEqual(255);
    }));
  });

  it.each([
    ['with TTL and class', `${name}. 300 IN TXT "v=DKIM1"`],
    ['bare', `${name} TXT "v=DKIM1"`],
    ['in capitals', `S1._DOMAINKEY.Sender.Example. in txt "v=DKIM1"`],
    ['in chunks', `${name} TXT "v=DK" "IM1"`],
    ['with a comment that has quotes', `${name} TXT "v=DKIM1" ; was "v=DKIM0"`],
    ['between other lines', `$ORIGIN sender.example.\r\n; "comment"\r\n${name} TXT "v=DKIM1"\r\nsender.example. MX 10 mail\r\n`],
  ])('reads a record %s', (_how, text) => {
    expect(readZoneFile(text).get(name)).toEqual(['v=DKIM1']);
  });

  it('keeps several records of one name, and finds none in an unclosed string', () => {
    expect(readZoneFile(`${name} TXT "a"\n${name} TXT "b"`).get(name)).toEqual(['a', 'b']);
    expect(readZoneFile(`${name} TXT "a`).size).toBe(0);
    expect(readZoneFile('').size).toBe(0);
  });
});
