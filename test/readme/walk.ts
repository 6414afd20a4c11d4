import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { builtApp } from '#test/faults/harness/built-app';
import { tempFolder } from '#test/support/temp-folder';

const running: ChildProcess[] = [];

export interface Ended { readonly exit: number | null; readonly said: string }

/** Shell blocks of the section of README.md whose title begins so, line by line. */
export function shellBlocks(title: string): string[][] {
  const section = new RegExp(`^## ${title}[^]*?(?=^## )`, 'm').exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';
  return [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block.trim().split('\n'));
}

/** A checkout with a build in it, as it is after the first line of a walk. */
export async function checkout(): Promise<string> {
  const folder = tempFolder('readme');
  const built = await builtApp();
  cpSync('libs/audit/verifier', join(built, 'libs', 'audit', 'verifier'), { recursive: true });
  symlinkSync(built, join(folder, 'dist'));
  symlinkSync(join(process.cwd(), 'test'), join(folder, 'test'));
  for (const name of ['examples', 'outright']) cpSync(name, join(folder, name), { recursive: true });
  return folder;
}

export function shell(line: string, cwd: string, more: Readonly<Record<string, string>>): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn('sh', ['-c', `exec 2>&1; ${line.replace(/^\.\/outright/, 'exec ./outright')}`], { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')));
  return { child, said: () => said, ended: new Promise((resolve) => child.once('close', (exit) => resolve({ exit, said }))) };
}

/** Runs the lines one after the other; a comment `# exit N` says which exit code is right. */
export async function runLines(lines: readonly string[], cwd: string, more: Readonly<Record<string, string>>): Promise<void> {
  for (const line of lines) {
    const { exit, said } = await shell(line, cwd, more).ended;
    const right = Number(/# exit (\d+)/.exec(line)?.[1] ?? 0);
    if (exit !== right) throw new Error(`This line of the README ended with ${exit}, not ${right}:\n${line}\n${said}`);
  }
}

/** What still runs is ended as a person ends it. */
export async function endShells(): Promise<void> {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await closed;
  }
}
