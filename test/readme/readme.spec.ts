import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { builtApp } from '#test/faults/harness/built-app';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';

const BUILD = 'npm run build';
const running: ChildProcess[] = [];

interface Ended { readonly exit: number | null; readonly said: string }

/** Shell blocks of the five-minute walk: to set up, to serve, and for the second terminal. */
function walk(): string[][] {
  const readme = readFileSync('README.md', 'utf8');
  const section = /^## Your first campaign[^]*?(?=^## )/m.exec(readme)?.[0] ?? '';
  return [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block.trim().split('\n'));
}

/** A checkout with a build in it, as it is after the first line of the walk. */
async function checkout(): Promise<string> {
  const folder = tempFolder('readme');
  const built = await builtApp();
  cpSync('libs/audit/verifier', join(built, 'libs', 'audit', 'verifier'), { recursive: true });
  symlinkSync(built, join(folder, 'dist'));
  for (const name of ['examples', 'outright']) cpSync(name, join(folder, name), { recursive: true });
  return folder;
}

function shell(line: string, cwd: string): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn('sh', ['-c', `exec 2>&1; ${line.replace(/^\.\/outright/, 'exec ./outright')}`], { cwd, env: { ...env, OUTRIGHT_DATA: 'my-outreach', OUTRIGHT_LISTEN: '127.0.0.1:0' }, stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')));
  return { child, said: () => said, ended: new Promise((resolve) => child.once('close', (exit) => resolve({ exit, said }))) };
}

/** Runs the lines one after the other; a comment `# exit N` says which exit code is right. */
async function runLines(lines: readonly string[], cwd: string): Promise<void> {
  for (const line of lines) {
    const { exit, said } = await shell(line, cwd).ended;
    const right = Number(/# exit (\d+)/.exec(line)?.[1] ?? 0);
    if (exit !== right) throw new Error(`This line of the README ended with ${exit}, not ${right}:\n${line}\n${said}`);
  }
}

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await closed;
  }
});
afterAll(removeTempFolders);

it('the five-minute walk of the README runs line by line, and mail arrives in the mail folder', async () => {
  const [setUp = [], serve = [], rest = []] = walk();
  expect(setUp[0]).toBe(BUILD);
  expect([serve.length, rest.length > 10]).toEqual([1, true]);
  const folder = await checkout();
  await runLines(setUp.slice(1), folder);
  const app = shell(serve[0] ?? '', folder);
  await waitFor('the app', () => app.said().includes('Outright answers on'));
  await runLines(rest, folder);
  const letters = (): string[] => readdirSync(join(folder, 'my-outreach', 'mail'), { recursive: true }).map(String).filter((name) => name.endsWith('.eml'));
  await waitFor('mail in the folder', () => letters().length >= 5);
  expect(existsSync(join(folder, 'my-outreach', 'report.html'))).toBe(true);
  expect(readFileSync(join(folder, 'my-outreach', 'mail', letters()[0] ?? ''), 'utf8')).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
}, 60_000);
