import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppClient } from '#test/support/app-client';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { builtApp } from './built-app.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** The standalone app as a process of its own on an installation, with a place to die at where one is named. */
export class AppProcess {
  /** Over the socket in the data folder. */
  readonly local: AppClient;
  readonly logged: string[] = [];
  readonly exited: Promise<Exit>;
  /** Resolves when the app answers and sends, or when the process has ended before that. */
  readonly up: Promise<'ready' | 'ended'>;
  url: string | undefined;
  ended = false;

  private constructor(private readonly child: ChildProcess, config: LoadedConfig) {
    running.add(child);
    this.local = new AppClient({ socketPath: join(config.data, 'outright.sock') });
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => {
      running.delete(child);
      this.ended = true;
      resolve({ code, signal });
    }));
    const answers = new Promise<'ready'>((resolve) => {
      createInterface({ input: child.stderr! }).on('line', (line) => {
        this.logged.push(line);
        this.url = /Outright answers on (http:\S+?)"/.exec(line)?.[1] ?? this.url;
        if (this.url !== undefined) resolve('ready');
      });
    });
    this.up = Promise.race([answers, this.exited.then(() => 'ended' as const)]);
  }

  /**
   * @param dieAt where the process kills itself: a fault point as `name[:count]`, or `around:` and a place as `killAround` takes it
   * @param roles of the process, default all
   * @param planted more of its environment, as `killable-app.ts` reads it
   */
  static async start(config: LoadedConfig, dieAt?: string, roles = '', planted: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const entry = join(await builtApp(), 'test', 'faults', 'harness', 'killable-app.js');
    const around = dieAt?.startsWith('around:') === true ? dieAt.slice('around:'.length) : undefined;
    const faults = around !== undefined ? { OUTRIGHT_KILL_AROUND: around } : dieAt === undefined ? {} : { OUTRIGHT_FAULT_TESTS: '1', OUTRIGHT_FAULT_POINT: dieAt };
    const { NODE_OPTIONS: _, OUTRIGHT_LISTEN: __, ...environment } = process.env;
    const child = spawn(process.execPath, [entry], { env: { ...environment, ...faults, ...planted, OUTRIGHT_CONFIG: config.path, OUTRIGHT_ROLES: roles }, stdio: ['ignore', 'ignore', 'pipe'] });
    return new AppProcess(child, config);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** @throws if the process ended instead, with what it logged */
  async ready(): Promise<this> {
    if ((await this.up) === 'ended') throw new Error(`The app did not start:\n${this.logged.join('\n')}`);
    return this;
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<Exit> {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  /** Stands still, with all its threads. */
  get stopped(): boolean {
    return !this.ended && readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ').at(-1)!.startsWith('T');
  }

  continue(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends as a person ends it. */
  async stop(): Promise<Exit> {
    this.child.kill('SIGTERM');
    return this.exited;
  }
}
