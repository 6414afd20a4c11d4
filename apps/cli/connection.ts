import { join } from 'node:path';
import { EXIT, OutrightError } from '#kernel/errors';
import { JsonLog } from '#apps/standalone/log';
import { loadConfigFile, type LoadedConfig } from '#tenancy/nest/config-file';
import { configPath } from './installation-folder.js';
import { HttpClient } from './http-client.js';
import type { Io } from './io.js';
import { passphraseOf } from './secrets-from-environment.js';

export interface GlobalOptions {
  readonly data?: string;
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export interface Connection {
  readonly http: HttpClient;
  /** `running`: an app that serves; `folder`: opened for this one command, nothing sends and no clock acts. */
  readonly to: 'network' | 'running' | 'folder';
  close(): Promise<void>;
}

const SOCKET = 'outright.sock';
/** How long an app that holds the folder may take to answer; OUTRIGHT_PATIENCE_MS changes it. */
const STARTING_MS = 5_000;

/** Over --url, else to the app that runs on the data folder, else to the folder itself. */
export async function connect(options: GlobalOptions, io: Io): Promise<Connection> {
  const url = options.url ?? io.env['OUTRIGHT_URL'];
  if (url !== undefined) {
    const http = new HttpClient({ url, key: options.key ?? io.env['OUTRIGHT_KEY'] }, io.interrupted);
    return { http, to: 'network', close: async () => http.close() };
  }
  return connectHere(loadConfigFile(configPath(options.data, io)), io);
}

/** To the app that runs on the data folder, else to the folder itself. */
export async function connectHere(config: LoadedConfig, io: Io): Promise<Connection> {
  return (await running(config, io)) ?? openFolder(config, io);
}

/** The app that runs on this folder, if one answers on its socket. */
export async function running(config: LoadedConfig, io: Io): Promise<Connection | undefined> {
  const http = new HttpClient({ socketPath: join(config.data, SOCKET) }, io.interrupted);
  try {
    await http.get('/healthz');
    return { http, to: 'running', close: async () => http.close() };
  } catch (error) {
    http.close();
    if (error instanceof OutrightError && error.code === 'server-unreachable') return undefined;
    throw error;
  }
}

async function openFolder(config: LoadedConfig, io: Io): Promise<Connection> {
  // The whole app takes long to load, and beside a running one it is not needed.
  const { startStandalone } = await import('#apps/standalone/compose-standalone');
  const log = new JsonLog((line) => void io.stderr.write(line), true);
  const patient = performance.now() + Number(io.env['OUTRIGHT_PATIENCE_MS'] ?? STARTING_MS);
  for (;;) {
    try {
      const app = await startStandalone({ config, listen: false, work: false, log, passphrase: passphraseOf(io) });
      const http = new HttpClient({ socketPath: app.socketPath }, io.interrupted);
      return { http, to: 'folder', close: async () => (http.close(), app.close()) };
    } catch (error) {
      if (!(error instanceof OutrightError) || error.code !== 'data-folder-in-use' || io.interrupted.aborted) throw error;
      // Whoever holds the folder may be starting, and will listen in a moment.
      const found = await running(config, io);
      if (found !== undefined) return found;
      if (performance.now() > patient) throw new OutrightError(error.message, { code: error.code, exit: EXIT.busy, status: 503, retriable: true, rule: 'H14', fix: 'Wait until that process has ended or answers on its socket, then try again.' });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
