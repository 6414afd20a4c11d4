import { join } from 'node:path';
import { OutrightError } from '#kernel/errors';
import { loadConfigFile } from '#tenancy/nest/config-file';
import { startStandalone } from './compose-standalone.js';
import { listenOverride } from './listen-override.js';
import { LastResort } from './last-resort.js';
import { JsonLog } from './log.js';
import type { ProcessRole } from './process-roles.js';

/**
 * The app without the command line, until a signal ends it. `OUTRIGHT_CONFIG` names the installation file (default `./outright.yaml`),
 * `OUTRIGHT_LISTEN` another address than it says, `OUTRIGHT_PASSPHRASE` opens the wrapping key.
 */
export async function runApp(roles: () => readonly ProcessRole[]): Promise<void> {
  const log = new JsonLog();
  const lastResort = new LastResort();
  try {
    const config = listenOverride(loadConfigFile(process.env['OUTRIGHT_CONFIG'] ?? join(process.cwd(), 'outright.yaml')), process.env['OUTRIGHT_LISTEN']);
    const app = await startStandalone({ config, log, roles: roles(), passphrase: process.env['OUTRIGHT_PASSPHRASE'], onFailed: lastResort.onFailed });
    log.log(`Outright answers on ${app.url ?? app.socketPath}`);
    const stop = (exit = 0) => void app.close().then(() => process.exit(exit), () => process.exit(1));
    process.once('SIGTERM', () => stop());
    process.once('SIGINT', () => stop());
    void lastResort.wait().then((failure) => stop(failure.exit));
  } catch (error) {
    log.failure('start', error);
    process.exitCode = error instanceof OutrightError ? error.exit : 1;
  }
}
