import { EXIT } from '#kernel/errors';
import type { Standalone } from '#apps/standalone/compose-standalone';
import { listenOverride } from '#apps/standalone/listen-override';
import { processRoles, PROCESS_ROLES, type ProcessRole } from '#apps/standalone/process-roles';
import { LastResort } from '#apps/standalone/last-resort';
import { JsonLog } from '#apps/standalone/log';
import { loadConfigFile } from '#tenancy/nest/config-file';
import type { Verb } from '../cli.js';
import { configPath } from '../installation-folder.js';
import { passphraseOf } from '../secrets-from-environment.js';

export const serveVerb: Verb = (program, act) => {
  act<[]>(
    program.command('serve').description('run the app: HTTP API, recipient pages, sending and legal clocks').option('--listen <host:port>', 'instead of outright.yaml (or OUTRIGHT_LISTEN)')
      .option('--roles <roles>', 'of this process: some of api,recipient,worker; default all (or OUTRIGHT_ROLES)'),
    async (cli, options: { listen?: string; roles?: string }) => {
      const { io } = cli;
      const config = listenOverride(loadConfigFile(configPath(cli.options.data, io)), options.listen ?? io.env['OUTRIGHT_LISTEN']);
      const roles = processRoles(options.roles ?? io.env['OUTRIGHT_ROLES']);
      const { startStandalone } = await import('#apps/standalone/compose-standalone');
      const log = new JsonLog((line) => void io.stderr.write(line), io.stderr.isTTY === true);
      const lastResort = new LastResort();
      const app = await startStandalone({ config, log, roles, passphrase: passphraseOf(io), onFailed: lastResort.onFailed });
      cli.answer({ url: app.url, socket: app.socketPath, pid: process.pid, roles }, welcome(app, config.publicUrl, roles));
      const interrupted = new Promise<undefined>((resolve) => (io.interrupted.aborted ? resolve(undefined) : io.interrupted.addEventListener('abort', () => resolve(undefined), { once: true })));
      const failure = await Promise.race([interrupted, lastResort.wait()]);
      cli.note('Stopping: finishing what is in hand.');
      await app.close();
      if (failure !== undefined) throw failure;
      return EXIT.done;
    },
  );
};

function welcome({ url = '' }: Standalone, publicUrl: string, roles: readonly ProcessRole[]): string {
  const lines = [
    `Outright answers on ${url}${roles.length < PROCESS_ROLES.length ? ` as ${roles.join(', ')}` : ''}`,
    ...(roles.includes('api') ? [`  API and its page   ${url}/docs`] : []),
    ...(roles.includes('recipient') ? [`  recipient pages    ${publicUrl}`] : []),
    ...(roles.length === 1 && roles[0] === 'worker' ? [`  how it is          ${url}/readyz`] : []),
    '  stop it            Ctrl-C',
  ];
  return `${lines.join('\n')}\n`;
}
