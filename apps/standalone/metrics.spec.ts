import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newContact } from '#engine/reactions/reactions.fixture';
import { commitOf } from '#engine/event-store/prepared-event.fixture';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { parseExposition, type Family } from './exposition.fixture.js';
import { exposition } from './exposition.js';
import { METRICS } from './metric-list.js';

/** What whoever runs this has to see (issue 4); removed only together with its alarm. */
const REQUIRED = [
  'outright_opt_out_lag_seconds', 'outright_relay_unpublished_commits', 'outright_relay_oldest_unpublished_age_seconds', 'outright_consumer_lag_events', 'outright_consumer_failed',
  'outright_wake_up_oldest_age_seconds', 'outright_clocks_overdue', 'outright_dispatches', 'outright_dispatches_after_opt_out', 'outright_dead_letters',
  'outright_log_position', 'outright_read_model_lag_events', 'outright_erasures', 'outright_reaction_failures', 'outright_missing_data_keys', 'outright_integrity_findings', 'outright_service_up',
];

let app: TestStandalone;
beforeAll(async () => { app = await testStandalone(); }, 60_000);
afterAll(async () => {
  await app.close();
  removeTempFolders();
});

const families = async (): Promise<Map<string, Family>> => parseExposition((await (await app.as('none')).get('/metrics')).body);

describe('metrics', () => {
  it('hold every figure of the list, with its help and type, in the format of Prometheus', async () => {
    const found = await families();
    expect([...found.keys()].sort()).toEqual([...REQUIRED].sort());
    for (const [name, { help, type, samples }] of found) {
      expect([name, help.length > 10, type]).toEqual([name, true, 'gauge']);
      for (const { value } of samples) expect([name, Number.isFinite(value) && value >= 0]).toEqual([name, true]);
    }
    for (const [name, { labels }] of Object.entries(METRICS)) if (labels.length === 0) expect([name, found.get(name)?.samples]).toEqual([name, [{ labels: {}, value: expect.any(Number) }]]);
    expect(found.get('outright_consumer_lag_events')?.samples.map(({ labels }) => labels['consumer'])).toEqual(expect.arrayContaining(['projections', 'process-manager:other-contacts']));
  });

  it('H8 count the streams that stand still for a consumer, and name no stream', async () => {
    const { store, feed } = app.app.engine;
    const poisoned = newContact();
    await feed.subscribe('planted', async (events) => {
      if (events.some(({ streamId }) => streamId === poisoned)) throw new RangeError('planted');
    });
    await store.append(commitOf({ streamId: poisoned }));
    await waitFor('the count', async () => (await families()).get('outright_dead_letters')?.samples.some(({ labels, value }) => labels['consumer'] === 'planted' && value === 1) === true, 20_000);
    expect((await (await app.as('none')).get('/metrics')).body).not.toContain(poisoned);
  });

  it('tell nothing where a figure is not known, and keep a label inside its quotes', () => {
    const unknown = Object.fromEntries(Object.keys(METRICS).map((name) => [name, undefined])) as never;
    expect([...parseExposition(exposition(unknown)).values()].flatMap(({ samples }) => samples)).toEqual([]);
    expect(exposition({ ...(unknown as object), outright_dead_letters: { 'a"b\n': 1 } } as never)).toContain('outright_dead_letters{consumer="a_b_"} 1\n');
  });
});
