import type { Benchmark } from './benchmark.js';
import * as imports from './import.bench.js';
import * as optOut from './opt-out.bench.js';
import * as send from './send.bench.js';

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
];
