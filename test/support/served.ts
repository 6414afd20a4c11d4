import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { builtApp } from '#test/faults/harness/built-app';

export interface Served {
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
  /** Its end, and what it wrote to standard error until then. */
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
  /** Ends it as a person does, and gives the exit code. */
  stop(): Promise<number | null>;
}

/** `outright serve` as a process of its own, once it answers. */
export async function served(folder: string): Promise<Served> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const built = await builtApp();
  // The verifier is plain JavaScript, which the build of the sources leaves out.
  cpSync('libs/audit/verifier', join(built, 'libs', 'audit', 'verifier'), { recursive: true });
  const child = spawn(process.execPath, [join(built, 'apps', 'cli', 'main.js'), 'serve', '--json', '--data', folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  let answered = false;
  child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const answers = await new Promise<Omit<Served, 'stop' | 'ended'>>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString('utf8');
      if (answered || !out.trimEnd().endsWith('}')) return;
      answered = true;
      resolve(JSON.parse(out) as Omit<Served, 'stop' | 'ended'>);
    });
    void ended.then((code) => reject(new Error(`serve ended with ${code}:\n${err}${out}`)));
  });
  return { ...answers, ended: ended.then((code) => ({ code, err })), stop: () => (child.kill('SIGTERM'), ended) };
}
