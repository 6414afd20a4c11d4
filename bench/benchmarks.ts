import type { Benchmark } from './benchmark.js';
import * as engines from './engines.bench.js';
import * as growth from './growth.bench.js';
import * as imports from './import.bench.js';
import * as kafka from './kafka.bench.js';
import * as mongo from './mongo.bench.js';
import * as optOut from './opt-out.bench.js';
import * as queue from './queue.bench.js';
import * as send from './send.bench.js';
import { KAFKA_SERVER, MONGO_STAND_IN } from './support/services.js';

/** Every benchmark of `npm run bench`, with its target. */
export const benchmarks: readonly Benchmark[] = [
  {
    id: 'send',
    title: 'B1 Sending with the whole gate, beside pooled nodemailer composing the same mail (target ≥ 1.5×)',
    async run({ quick }) {
      const results = [];
      // Contacts with a long history take long to make: fewer of them.
      for (const [priorEvents, messages] of [[2, 10_000], [100, 3_000]] as const) results.push(await send.run({ priorEvents, messages: quick ? 300 : messages }));
      return results.map((result) => ({ ok: result.ratio.median >= 1.5, text: send.textOf(result) }));
    },
  },
  {
    id: 'opt-out',
    title: 'B7 Opt-out by one click while a campaign runs at full speed (target p99 ≤ 25 ms)',
    async run({ quick, speed }) {
      const result = await optOut.run({ optOuts: quick ? 100 : 1_500 });
      return [{ ok: result.optOut.p99 <= 25, text: `${optOut.textOf(result)}\n   at the speed of the machine of the target, by proportion and not measured: p99 ${(result.optOut.p99 * speed).toFixed(0)} ms` }];
    },
  },
  {
    id: 'import',
    title: 'B3 Import, durable and sealed, beside the same transform without storage (target ≥ 8,000 rows/s)',
    async run({ quick, speed }) {
      const result = await imports.run({ rows: quick ? 5_000 : 50_000 });
      return [{ ok: result.product.median >= 8_000, text: `${imports.textOf(result)}\n   at the speed of the machine of the target, by proportion and not measured: ${(result.product.median / speed).toFixed(0)} rows/s` }];
    },
  },
  {
    id: 'queue',
    title: 'B8 Wake-ups on Bull beside bare Bull (target ≥ 0.8×), and the embedded scheduler beside durable Bull (target ≥ 3×)',
    needsServices: true,
    async run({ quick }) {
      const result = await queue.run(quick ? { jobs: 500, rounds: 3 } : {});
      const [adapter = '', embedded = ''] = queue.textOf(result);
      return [{ ok: result.adapter.ratio.median >= 0.8, text: adapter }, { ok: result.embedded.ratio.median >= 3, text: embedded }];
    },
  },
  {
    id: 'kafka',
    title: 'B9 The relay and a subscription beside bare kafkajs (targets ≥ 0.9× and ≥ 0.8×) and Kafka\'s own ProducerPerformance (target ≥ 0.25×)',
    needsServices: true,
    async run({ quick }) {
      const result = await kafka.run(quick ? { requests: 10, rounds: 3 } : {});
      const [produce = '', java = '', consume = ''] = kafka.textOf(result).map((text, at) => `${text}\n   ${KAFKA_SERVER}${at === 2 ? `; versions in ${MONGO_STAND_IN}` : ''}`);
      return [{ ok: result.produce.ratio.median >= 0.9, text: produce }, { ok: result.toJava.median >= 0.25, text: java }, { ok: result.consume.ratio.median >= 0.8, text: consume }];
    },
  },
  {
    id: 'mongo',
    title: 'B10 Read models on MongoDB beside the driver\'s own bulkWrite (target ≥ 0.85×)',
    needsServices: true,
    async run({ quick }) {
      const result = await mongo.run(quick ? { documents: 1_200, rounds: 3 } : {});
      const [fresh = '', again = ''] = mongo.textOf(result).map((text) => `${text}\n   ${MONGO_STAND_IN}`);
      return [{ ok: result.fresh.ratio.median >= 0.85, text: fresh }, { ok: result.again.ratio.median >= 0.85, text: again }];
    },
  },
  {
    id: 'engines',
    title: 'A whole campaign on services beside the embedded engine (no target)',
    needsServices: true,
    async run({ quick }) {
      const result = await engines.run(quick ? { messages: 100 } : {});
      return [{ ok: undefined, text: `${engines.textOf(result)}\n   ${KAFKA_SERVER}; ${MONGO_STAND_IN}` }];
    },
  },
  {
    id: 'growth',
    title: 'Appends and projections at 10,000 and 100,000 events, with --long also at 1,000,000 (target: slope ≤ 1.1)',
    needsServices: true,
    async run({ quick, long }) {
      const result = await growth.run({ sizes: quick ? [1_000, 10_000] : [10_000, 100_000, ...(long ? [1_000_000] : [])] });
      const steepest = Math.max(...(['appendSeconds', 'projectSeconds'] as const).flatMap((of) => growth.slopes(result.distributed, of)));
      return [{ ok: steepest <= 1.1, text: `${growth.textOf(result)}\n   ${KAFKA_SERVER}; ${MONGO_STAND_IN}` }];
    },
  },
];
