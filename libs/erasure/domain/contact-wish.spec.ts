import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel/recorded-event';
import { wishOf } from './contact-wish.js';

const event = (type: string, data: object) => ({ type, data }) as unknown as RecordedEvent;
const added = (kind: string) => event('ContactAdded', { prospectId: 'prospect-1', basis: { kind } });
const withdrawn = event('ConsentWithdrawn', { withdrawnAt: '2026-11-03T00:00:00.000Z' });
const optOut = (receivedAt: string) => event('OptOutRecorded', { prospectId: 'prospect-1', receivedAt, erasureDueAt: 'due' });

describe('wish of a contact', () => {
  it.each([
    ['CON-03 a withdrawn consent with no other basis', [added('consent'), withdrawn], { trigger: 'consent_withdrawn', receivedAt: '2026-11-03T00:00:00.000Z' }],
    ['CON-04 a withdrawn consent beside another basis', [added('contract'), withdrawn], undefined],
    ['CON-04 a basis assigned after the withdrawal', [added('consent'), withdrawn, event('BasisAssigned', { basis: { kind: 'contract' } })], undefined],
    ['CON-03 the other basis ended', [added('contract'), event('BasisEnded', {}), withdrawn], { trigger: 'consent_withdrawn' }],
    ['OPT-02 the earliest of two opt-outs', [added('consent'), optOut('2026-11-05T00:00:00.000Z'), optOut('2026-11-04T00:00:00.000Z')], { trigger: 'opt_out', receivedAt: '2026-11-04T00:00:00.000Z', dueAt: 'due' }],
    ['no wish', [added('consent')], undefined],
  ])('%s', (_, events, expected) => {
    if (expected === undefined) expect(wishOf(events)).toBeUndefined();
    else expect(wishOf(events)).toMatchObject({ prospectId: 'prospect-1', ...expected });
  });
});
