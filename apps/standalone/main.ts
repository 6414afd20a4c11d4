import { join } from 'node:path';
import { OutrightError } from '#kernel/errors';
import { loadConfigFile } from '#tenancy/nest/config-file';
import { startStandalone } from './compose-standalone.js';
import { listenOverride } from './listen-override.js';
import { processRoles } from './process-roles.js';
import { JsonLog } from './log.js';

/** The app without the command line: `OUTRIGHT_CONFIG` names the installation file, default `./outright.yaml`; `OUTRIGHT_ROLES` what of it. */
const log = new JsonLog();
try {
  const config = listenOverride(loadConfigFile(process.env['OUTRIGHT_CONFIG'] ?? join(process.cwd(), 'outright.yaml')), process.env['OUTRIGHT_LISTEN']);
  const app = await startStandalone({ config, log, roles: processRoles(process.env['OUTRIGHT_ROLES']), passphrase: process.env['OUTRIGHT_PASSPHRASE'] });
  log.log(`Outright answers on ${app.url ?? app.socketPath}`);
  const stop = () => void app.close().then(() => process.exit(0), () => process.exit(1));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  log.failure('start', error);
  process.exitCode = error instanceof OutrightError ? error.exit : 1;
}
