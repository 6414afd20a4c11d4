import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchmarks } from './benchmarks.js';

/** `npm run bench [-- send opt-out import] [-- --quick]`: rival and product interleaved in one run. A full run writes bench/results.md. */
const args = process.argv.slice(2);
const quick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const chosen = benchmarks.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const sections: string[] = [];
let missed = 0;
for (const { title, run } of chosen) {
  console.log(`\n${title}`);
  const results = await run({ quick });
  for (const { ok, text } of results) {
    console.log(`${text}\n   ${ok ? 'the target holds' : 'TARGET MISSED'}`);
    if (!ok) missed += 1;
  }
  sections.push(`## ${title}\n\n\`\`\`\n${results.map(({ ok, text }) => `${text}\n   ${ok ? 'the target holds' : 'TARGET MISSED'}`).join('\n\n')}\n\`\`\`\n`);
}
if (!quick && wanted.length === 0) {
  writeFileSync('bench/results.md', [
    '# Benchmark results', '',
    `Written by \`npm run bench\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, loopback only. Rival and product run in turns in one`,
    'process run, at the durability that is printed; ratios come first, then minimum–median–maximum over the rounds. Other machines give other figures.', '',
    ...sections,
  ].join('\n'));
  console.log('\nWritten: bench/results.md');
}
process.exitCode = missed === 0 ? 0 : 5;
