import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServicesFailure } from './failure.mjs';
import { FOLDERS } from './folders.mjs';

const STOP_MS = 15_000;
const LAST_LINES = 15;

export const logOf = (name) => join(FOLDERS.logs, `${name}.log`);

export function lastLines(name) {
  const log = logOf(name);
  if (!existsSync(log)) return '';
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
  return [`The last lines of ${log}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** When a process was started, as an opaque text; undefined if there is none. A pid alone may have been given to another program since. */
export function startOf(pid) {
  try {
    if (existsSync('/proc/self/stat')) {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export const runs = ({ pid, started }) => started !== undefined && startOf(pid) === started;

/** Starts a service that outlives this script; its output goes to its log. */
export function launch(name, command, args, options = {}) {
  const log = openSync(logOf(name), 'a');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = signal ?? `exit code ${code}`));
  child.unref();
  return { name, pid: child.pid, started: child.pid === undefined ? undefined : startOf(child.pid), ended: () => ended };
}

/** Asks until the service answers in its own protocol. `signal` ends the waiting. */
export async function ready(service, title, answers, limitMs, signal) {
  const limit = performance.now() + limitMs;
  for (;;) {
    if (signal.aborted) throw signal.reason;
    const ended = service.ended();
    if (ended !== undefined) {
      const taken = /address already in use|BindException|could not bind/i.test(lastLines(service.name));
      throw new ServicesFailure(
        `${title} ${taken ? 'found its port taken by another program' : 'died'} while it started (${ended}).\n${lastLines(service.name)}`,
        taken ? 'Run npm run services:up again: it takes other ports.' : 'Correct what the log says, and run npm run services:up again.',
      );
    }
    if (await answers().then(() => true, () => false)) return;
    if (performance.now() > limit) {
      throw new ServicesFailure(`${title} does not answer after ${limitMs / 1000} s.\n${lastLines(service.name)}`, 'Correct what the log says, and run npm run services:up again.');
    }
    await pause(100);
  }
}

/** Ends exactly the recorded process: politely, then by force. Returns whether it was still running. */
export async function end(recorded) {
  if (!runs(recorded)) return false;
  process.kill(recorded.pid, 'SIGTERM');
  const limit = performance.now() + STOP_MS;
  while (runs(recorded)) {
    if (performance.now() > limit) process.kill(recorded.pid, 'SIGKILL');
    await pause(50);
  }
  return true;
}
