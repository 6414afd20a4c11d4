import { spawn } from 'node:child_process';

/**
 * `npm run check`: every check that needs no test run, on two cores. A lane goes on behind a check that failed, so that one run tells all.
 * Exit code 1 if any failed.
 */
const LANES = [['lint'], ['types', 'boundaries', 'unused', 'docs:check']];

function check(name) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (error) => resolve({ ok: false, said: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, said }));
  }).then(({ ok, said }) => {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
    if (!ok && said.trim() !== '') console.log(said.trimEnd());
    return ok;
  });
}

async function lane(names) {
  let ok = true;
  for (const name of names) ok = (await check(name)) && ok;
  return ok;
}

const results = await Promise.all(LANES.map(lane));
process.exitCode = results.every(Boolean) ? 0 : 1;
