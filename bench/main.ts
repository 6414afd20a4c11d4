import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './benchmarks.js';
import { machineSpeed, speedText } from './support/machine-speed.js';
import { machineStalls, stallsText } from './support/machine-stalls.js';
import { watchSteal } from './support/steal.js';

/**
 * `npm run bench [-- send opt-out import] [-- --quick]`: each benchmark in a process of its own, rival and product interleaved in it.
 * A full run writes bench/results.md.
 */
const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--quick' && !benchmarks.some(({ id }) => id === arg));
if (unknown.length > 0) {
  const ids = benchmarks.map(({ id }) => id).join(' ');
  console.log(`npm run bench [-- ${ids}] [-- --quick]\n\nEach benchmark runs beside its rival, in turns. Without names all run at full size (a quarter of an hour) and\nbench/results.md is written. --quick: a first look, never written down. Exit code 5: a target is missed.`);
  process.exit(args.includes('--help') ? 0 : 2);
}
const quick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const chosen = benchmarks.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const MISSED = 5;

/** Its text, and whether its targets hold. */
async function here({ title, run }: (typeof benchmarks)[number]): Promise<boolean> {
  console.log(title);
  const speed = await machineSpeed();
  console.log(`\n${stallsText(await machineStalls())}\n${speedText(speed)}`);
  const stolen = watchSteal();
  const results = await run({ quick, speed: speed.factor });
  for (const { ok, text } of results) console.log(`\n${text}\n   ${ok ? 'the target holds' : 'TARGET MISSED'}`);
  console.log(`\n${stolen()}`);
  return results.every(({ ok }) => ok);
}

if (chosen.length === 1 && chosen[0] !== undefined) {
  process.exitCode = (await here(chosen[0])) ? 0 : MISSED;
} else {
  const sections: string[] = [];
  for (const { id, title } of chosen) {
    const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), id, ...(quick ? ['--quick'] : [])], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
    console.log(stdout);
    if (status !== 0) process.exitCode = status === MISSED ? MISSED : 1;
    sections.push(`## ${title}\n\n\`\`\`\n${stdout.slice(title.length).trim()}\n\`\`\`\n`);
  }
  if (!quick && wanted.length === 0) {
    writeFileSync('bench/results.md', [
      '# Benchmark results', '',
      `Written by \`npm run bench\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, loopback only. Rival and product run in turns in one`,
      'process per benchmark, at the durability that is printed; ratios come first, then minimum–median–maximum over the rounds. Other machines give other figures.', '',
      ...sections,
    ].join('\n'));
    console.log('Written: bench/results.md');
  }
}
