import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#kernel/decider-spec';
import { prospectDecider, type ProspectCommand, type ProspectEvent } from './prospect.decider.js';
import { QUALIFYING_INTERACTIONS, retentionAnchor } from './retention-anchor.js';

const rule = { retention: 'P3Y', legalTz: 'UTC' };
const source = (collectedAt: string, importId = 'import-1') =>
  ({ importId, sourceType: 'public_website', method: 'observed', collectedAt, provenance: { sourceUrl: 'https://firm.example', collectedBy: 'crawler' } }) as const;
const sourced: ProspectEvent = {
  type: 'ProspectSourced',
  data: {
    prospectId: 'prospect-1', country: 'EE', recipientType: 'company_person', ...source('2026-10-01T00:00:00.000Z'), anchorAt: '2026-10-01T00:00:00.000Z',
    expiresAt: '2029-10-01T00:00:00.000Z', contacts: ['contact-1'],
  },
};
const prospectId = 'prospect-1';
const typesOf = (events: ProspectEvent[] | undefined) => events?.map(({ type }) => type);
const addSource = (collectedAt: string, importId = 'import-2'): ProspectCommand => ({ type: 'AddSource', prospectId, source: source(collectedAt, importId), rule });

describe('prospect', () => {
  it('INV-08 is sourced once, with a source', () => {
    const command: ProspectCommand = { type: 'Source', prospectId, source: source('2026-10-01T00:00:00.000Z'), expiresAt: '2029-10-01T00:00:00.000Z', country: 'EE', recipientType: 'company_person', contactId: 'contact-1' };
    expect(given(prospectDecider).when(command).events).toEqual([sourced]);
    expect(given(prospectDecider, [sourced]).when(command).events).toEqual([]);
  });

  it('INV-08 nothing is added to a person who was never sourced, nor to one being erased', () => {
    expect(given(prospectDecider).when(addSource('2026-10-02T00:00:00.000Z')).error).toMatchObject({ code: 'prospect-not-active' });
    const erasing: ProspectEvent[] = [sourced, { type: 'ErasureStarted', data: { prospectId, caseId: 'case-1' } } as ProspectEvent];
    expect(given(prospectDecider, erasing).when(addSource('2026-10-02T00:00:00.000Z')).error).toMatchObject({ code: 'prospect-not-active' });
  });

  it('SRC-09 a later source is added and moves nothing; the same one is added once', () => {
    const { events } = given(prospectDecider, [sourced]).when(addSource('2026-10-20T00:00:00.000Z'));
    expect(typesOf(events)).toEqual(['SourceAdded']);
    expect(given(prospectDecider, [sourced, ...events!]).when(addSource('2026-10-20T00:00:00.000Z')).events).toEqual([]);
  });

  it('SRC-09 INV-15 an older source moves the anchor earlier', () => {
    const { events } = given(prospectDecider, [sourced]).when(addSource('2024-02-29T00:00:00.000Z'));
    expect(events?.[1]).toMatchObject({ type: 'RetentionAnchorMoved', data: { anchorAt: '2024-02-29T00:00:00.000Z', expiresAt: '2027-02-28T00:00:00.000Z' } });
  });

  it.each([...QUALIFYING_INTERACTIONS])('RET-03 %s moves the anchor later', (kind) => {
    const { events } = given(prospectDecider, [sourced]).when({ type: 'RecordInteraction', prospectId, kind, at: '2026-10-30T12:00:00.000Z', rule });
    expect(events).toMatchObject([{ data: { anchorAt: '2026-10-30T12:00:00.000Z', expiresAt: '2029-10-30T12:00:00.000Z', reason: kind } }]);
    expect(typesOf(given(prospectDecider, [sourced, ...events!]).when(addSource('2024-01-01T00:00:00.000Z')).events)).toEqual(['SourceAdded']);
  });

  it.each(['open', 'delivery', 'own_send', 'auto_reply', 'scanner_fetch', 'older-source'])('RET-03 %s moves nothing', (kind) => {
    expect(given(prospectDecider, [sourced]).when({ type: 'RecordInteraction', prospectId, kind, at: '2026-10-30T12:00:00.000Z', rule }).events).toEqual([]);
  });

  it('SRC-09 a linked contact is linked once', () => {
    const link: ProspectCommand = { type: 'LinkContact', prospectId, contactId: 'contact-2', source: source('2026-10-01T00:00:00.000Z'), rule };
    const { events } = given(prospectDecider, [sourced]).when(link);
    expect(typesOf(events)).toEqual(['ContactLinked']);
    expect(given(prospectDecider, [sourced, ...events!]).when(link).events).toEqual([]);
  });

  const instants = fc.date({ min: new Date('2024-01-01'), max: new Date('2026-11-01'), noInvalidDate: true }).map((date) => date.toISOString());
  it('RET-14 INV-15 the folded anchor equals the pure function, in any order of the sources, and imports never move it later', () => {
    fc.assert(fc.property(fc.array(instants, { minLength: 1, maxLength: 8 }), fc.array(fc.record({ kind: fc.constantFrom('reply', 'open', 'meeting', 'own_send'), at: instants }), { maxLength: 4 }), fc.infiniteStream(fc.nat()), (collected, interactions, order) => {
      const shuffled = collected.map((at) => ({ at, by: order.next().value as number })).sort((a, b) => a.by - b.by).map(({ at }) => at);
      expect(retentionAnchor({ collectedAt: shuffled, interactions: [...interactions].reverse() })).toBe(retentionAnchor({ collectedAt: collected, interactions }));
      const [first, ...rest] = shuffled as [string, ...string[]];
      const history: ProspectEvent[] = [{ ...sourced, data: { ...sourced.data, collectedAt: first, anchorAt: first } }];
      const run = (command: ProspectCommand) => history.push(...(given(prospectDecider, history).when(command).events ?? []));
      rest.forEach((at, n) => {
        const before = given(prospectDecider, history).state.anchorAt;
        run(addSource(at, `import-${n + 2}`));
        expect(given(prospectDecider, history).state.anchorAt <= before).toBe(true);
      });
      expect(given(prospectDecider, history).state.anchorAt).toBe(retentionAnchor({ collectedAt: collected, interactions: [] }));
      for (const { kind, at } of interactions) run({ type: 'RecordInteraction', prospectId, kind, at, rule });
      expect(given(prospectDecider, history).state.anchorAt).toBe(retentionAnchor({ collectedAt: collected, interactions }));
    }));
  });
});
