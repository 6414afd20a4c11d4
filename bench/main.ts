import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './benchmarks.js';
import { machineSpeed, speedText } from './support/machine-speed.js';
import { machineStalls, stallsText } from './support/machine-stalls.js';
import { type Section, withSections } from './support/results-file.js';
import { servicesThatRun } from './support/services.js';
import { watchSteal } from './support/steal.js';

/**
 * `npm run bench [-- send opt-out import queue kafka mongo engines growth] [-- --quick | --long]`: each benchmark in a process of its own,
 * rival and product interleaved in it. What was measured at full size takes its section's place in bench/results.md.
 */
const args = process.argv.slice(2);
const FLAGS = ['--quick', '--long', '--one'];
const RESULTS = 'bench/results.md';
const unknown = args.filter((arg) => !FLAGS.includes(arg) && !benchmarks.some(({ id }) => id === arg));
if (unknown.length > 0) {
  const ids = benchmarks.map(({ id }) => id).join(' ');
  console.log(`npm run bench [-- ${ids}] [-- --quick | --long]\n\nEach benchmark runs beside its rival, in turns. Without names all run at full size (half an hour); those on services are skipped\nwhere none run (npm run services:up). Each renews its section of ${RESULTS}. --quick: a first look, never written down.\n--long: also a million events. Exit code 5: a target is missed.`);
  process.exit(args.includes('--help') ? 0 : 2);
}
const quick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const long = args.includes('--long');
const chosen = benchmarks.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const MISSED = 5;
const NO_SERVICES = 'no services run: start them with npm run services:up';

/** Its text, and whether its targets hold. */
async function here({ title, run }: (typeof benchmarks)[number]): Promise<boolean> {
  console.log(title);
  const speed = await machineSpeed();
  console.log(`\n${stallsText(await machineStalls())}\n${speedText(speed)}`);
  const stolen = watchSteal();
  const results = await run({ quick, long, speed: speed.factor });
  for (const { ok, text } of results) console.log(`\n${text}\n   ${ok === undefined ? 'there is no target' : ok ? 'the target holds' : 'TARGET MISSED'}`);
  console.log(`\n${stolen()}`);
  return results.every(({ ok }) => ok !== false);
}

function inProcessOfItsOwn({ id, title }: (typeof benchmarks)[number]): Section | undefined {
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), '--one', id, ...(quick ? ['--quick'] : []), ...(long ? ['--long'] : [])], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  console.log(stdout);
  if (status !== 0) process.exitCode = status === MISSED && process.exitCode !== 1 ? MISSED : 1;
  const measured = `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}.`;
  return status === 0 || status === MISSED ? { title, measured, text: stdout.slice(title.length) } : undefined;
}

const idle = servicesThatRun() === undefined;
if (args.includes('--one') && chosen[0] !== undefined) {
  process.exitCode = await here(chosen[0]).then((held) => (held ? 0 : MISSED), (error: unknown) => {
    // A driver's errors hold whole batches.
    console.error(error instanceof Error ? `${error.message}\n${error.stack?.split('\n').slice(1, 6).join('\n') ?? ''}` : error);
    return 1;
  });
  // A driver that still holds a socket keeps nobody waiting.
  process.exit();
}
for (const { id, needsServices = false } of chosen) {
  if (!needsServices || !idle) continue;
  console.log(`${id}: ${wanted.includes(id) ? 'cannot run' : 'skipped'}, ${NO_SERVICES}.\n`);
  if (wanted.includes(id)) process.exitCode = 1;
}
const sections = chosen.filter(({ needsServices = false }) => !needsServices || !idle).flatMap((one) => inProcessOfItsOwn(one) ?? []);
if (!quick && sections.length > 0) {
  writeFileSync(RESULTS, withSections(RESULTS, benchmarks.map(({ title }) => title), sections));
  console.log(`Written: ${RESULTS} (${sections.length} of its sections)`);
}
