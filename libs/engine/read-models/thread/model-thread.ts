import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { Projection } from '#kernel/projection';
import { SystemClock } from '#engine/clock/system.clock';
import { EmbeddedDeadLetters } from '#engine/dead-letters/embedded.dead-letters';
import { giveWay } from '#engine/embedded/give-way';
import { openSqlite } from '#engine/embedded/sqlite';
import { ToldHead } from '#engine/event-feed/durable-head';
import { EmbeddedEventFeed } from '#engine/event-feed/embedded.event-feed';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import { EmbeddedReadModels } from '../embedded.read-models.js';
import type { FromModelThread, ModelCalls, ModelThreadData, ToModelThread } from './model-calls.js';
import { tellError } from './told-error.js';

/** A third of the event loop's share where both want a core: it keeps up with a campaign at full speed, and never runs before a gate. */
const NICE = 5;
/** What becomes of a message is mostly known by then, so that its document is written once; whoever waits for the read models ends it. */
const LONG_REST = { times: 5, least: 200, most: 250 } as const;

/** The thread of the read models: writes their file, and folds the log into them as far as it is told that the log is durable. */
export function runModelThread(projections: readonly Projection[]): void {
  if (parentPort === null) throw new Error('This module runs on a thread of its own.');
  giveWay(NICE);
  const port = parentPort;
  const say = (message: FromModelThread): void => port.postMessage(message);
  const data = workerData as ModelThreadData;
  const models = new EmbeddedReadModels(data.readModels, 'own-thread');
  const log = openSqlite(data.events, { durability: 'full' });
  log.pragma('query_only = ON');
  const letters = new EmbeddedDeadLetters(data.deadLetters, new SystemClock(), randomBytes);
  const head = new ToldHead(data.head);
  const feed = new EmbeddedEventFeed(log, head, models, letters, { rest: LONG_REST, onFailed: (failure) => say({ stands: tellError(failure) }) });
  const runner = new ProjectionRunner(feed, models, projections);
  const calls: ModelCalls = {
    declare: (def) => models.declare(def),
    apply: (collection, writes) => models.apply(collection, writes),
    blank: (collection, field, value) => models.blank(collection, field, value),
    saveCheckpoint: (consumer, position) => models.saveCheckpoint(consumer, position),
    scrub: () => models.scrub(),
    async project() {
      await runner.start();
      return projections.map(({ name, version, indexes }) => ({ name, version, indexes }));
    },
    caughtUp: () => runner.caughtUp(),
    stopProjecting: () => runner.stop(),
    async close() {
      await feed.close();
      await models.close();
      letters.close();
      log.close();
    },
  };
  port.on('message', (message: ToModelThread) => {
    if ('head' in message) return head.tell(message.head);
    const { seq, call, args } = message;
    const answer = async (): Promise<unknown> => (calls[call] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
    const answered = answer().then((value) => say({ seq, value }), (error: unknown) => say({ seq, error: tellError(error) }));
    if (call === 'close') void answered.then(() => port.close());
  });
}
