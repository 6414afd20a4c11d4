/**
 * Every fault that is shown with real services, and how large: `long` by `npm run test:faults:distributed`, `short` in each run of
 * `npm run test:distributed`. Times are milliseconds of the wall clock unless said.
 */
const SCENARIOS = {
  /** Members of a consumer group join, leave and die while events arrive. */
  rebalances: { long: { rebalances: 100, events: 100_000, limit: 1_800_000 }, short: { rebalances: 5, events: 3_000, limit: 90_000 } },
  /** Two relays publish the same commits, and one dies between acknowledgement and flag so many times. */
  twoRelays: { long: { deaths: 50, events: 50_000, limit: 900_000 }, short: { deaths: 5, events: 3_000, limit: 60_000 } },
  /** Kafka is stopped for so long while a campaign runs and somebody leaves every so many milliseconds; the mail server takes its time. */
  brokerStopped: { long: { outage: 600_000, people: 12_000, patience: 250, every: 250, limit: 3_600_000 }, short: { outage: 15_000, people: 350, patience: 250, every: 250, limit: 120_000 } },
  /** Kafka is stopped; the calendar goes on by steps of so many hours. `back`: in the end it comes back after all. */
  brokerNeverBack: { long: { people: 300, step: 1, back: true, limit: 1_800_000 }, short: { people: 8, step: 12, back: false, limit: 120_000 } },
  /** FLUSHALL in the middle of one campaign. */
  redisFlushed: { long: { flushes: 10, people: 5_000, limit: 900_000 }, short: { flushes: 3, people: 60, limit: 90_000 } },
  /** A worker process is killed, after at most `between` more messages, and another one started in its place; so many times in each of several installations side by side. */
  workersKilled: { long: { installations: 5, kills: 10, people: 800, between: 60, limit: 3_600_000 }, short: { installations: 1, kills: 2, people: 200, between: 40, limit: 240_000 } },
  /** The sending one of two live workers is killed, and the other goes on. */
  workersTakenOver: { long: { takeovers: 8, people: 2_400, limit: 1_800_000 }, short: { takeovers: 1, people: 400, limit: 240_000 } },
  /** A process is killed in a replay of dead letters. `ahead`: by how many milliseconds the clock of the next one goes before, so that it need not wait for the dead one's time to be over. */
  replayKilled: { long: { events: 40, ahead: 0, limit: 600_000 }, short: { events: 8, ahead: 61_000, limit: 180_000 } },
  /** A worker process stands still at every so-manyth message, so many times in each of several installations side by side. An authorisation is valid for 10 s. */
  workersStopped: { long: { installations: 5, stops: 4, stopped: 60_000, every: 25, workers: 2, people: 160, limit: 3_600_000 }, short: { installations: 1, stops: 1, stopped: 12_000, every: 10, workers: 1, people: 40, limit: 150_000 } },
  /** Nothing reaches a read model while people leave and a campaign runs. */
  projectionsPaused: { long: { leaving: 10_000, staying: 2_000, limit: 1_800_000 }, short: { leaving: 200, staying: 60, limit: 90_000 } },
} as const;

type Scenario = keyof typeof SCENARIOS;

export const isLong = (): boolean => process.env['OUTRIGHT_FAULTS'] === 'long';

/** The size of this run. */
export function sizeOf<S extends Scenario>(scenario: S): (typeof SCENARIOS)[S]['long' | 'short'] {
  return SCENARIOS[scenario][isLong() ? 'long' : 'short'] as (typeof SCENARIOS)[S]['long' | 'short'];
}
