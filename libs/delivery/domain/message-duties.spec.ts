import { describe, expect, it } from '@jest/globals';
import { SAMPLE_LINK, sampleMessage } from './marketing-message.fixture.js';
import { assembleMessage } from './mime-message.js';

describe('duties of every message', () => {
  it('SND-06 accepts http only on loopback and only where mail stays there', () => {
    const make = (url: string, loopbackOnly?: boolean): Uint8Array => assembleMessage(sampleMessage({ unsubscribeUrl: url, text: url, html: url, loopbackOnly }));
    expect(make('http://127.0.0.1:8080/u/x', true)).toBeInstanceOf(Uint8Array);
    for (const [url, local] of [['http://127.0.0.1:8080/u/x', false], ['http://acme.example/u/x', true], ['mailto:a@acme.example', true], ['https://a.example/u/x>, <https://b.example/', false], ['https://ann:pw@a.example/u/x', false]] as const) {
      expect(() => make(url, local)).toThrow(expect.objectContaining({ code: 'bad-unsubscribe-url' }));
    }
  });

  it('OPT-01 does not build without the visible link in both parts', () => {
    const whole = sampleMessage();
    expect(() => assembleMessage({ ...whole, text: whole.text.replace(SAMPLE_LINK, '') })).toThrow(expect.objectContaining({ rule: 'OPT-01' }));
    expect(() => assembleMessage({ ...whole, html: whole.html.replace(SAMPLE_LINK, '#') })).toThrow(expect.objectContaining({ rule: 'OPT-01' }));
  });

  it('SND-02 does not build without the postal address in both parts', () => {
    const whole = sampleMessage();
    const refused = expect.objectContaining({ rule: 'SND-02' });
    for (const postalAddress of [[], ['  '], ['Pikk 13']]) expect(() => assembleMessage({ ...whole, postalAddress })).toThrow(refused);
    expect(() => assembleMessage({ ...whole, text: whole.text.replace('10123', '') })).toThrow(refused);
    expect(() => assembleMessage({ ...whole, html: whole.html.replace('Tallinn', '') })).toThrow(refused);
  });
});
