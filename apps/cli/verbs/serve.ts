import { EXIT } from '#kernel/errors';
import type { Standalone } from '#apps/standalone/compose-standalone';
import { listenOverride } from '#apps/standalone/listen-override';
import { JsonLog } from '#apps/standalone/log';
import { loadConfigFile } from '#tenancy/nest/config-file';
import type { Verb } from '../cli.js';
import { configPath } from '../installation-folder.js';
import { passphraseOf } from '../secrets-from-environment.js';

export const serveVerb: Verb = (program, act) => {
  act<[]>(
    program.command('serve').description('run the app: HTTP API, recipient pages, sending and legal clocks').option('--listen <host:port>', 'instead of outright.yaml (or OUTRIGHT_LISTEN)'),
    async (cli, options: { listen?: string }) => {
      const { io } = cli;
      const config = listenOverride(loadConfigFile(configPath(cli.options.data, io)), options.listen ?? io.env['OUTRIGHT_LISTEN']);
      const { startStandalone } = await import('#apps/standalone/compose-standalone');
      const log = new JsonLog((line) => void io.stderr.write(line), io.stderr.isTTY === true);
      const app = await startStandalone({ config, log, passphrase: passphraseOf(io) });
      cli.answer({ url: app.url, socket: app.socketPath, pid: process.pid }, welcome(app, config.publicUrl));
      await new Promise<void>((resolve) => (io.interrupted.aborted ? resolve() : io.interrupted.addEventListener('abort', () => resolve(), { once: true })));
      cli.note('Stopping: finishing what is in hand.');
      await app.close();
      return EXIT.done;
    },
  );
};

function welcome({ url = '' }: Standalone, publicUrl: string): string {
  return `Outright answers on ${url}\n  API and its page   ${url}/docs\n  recipient pages    ${publicUrl}\n  stop it            Ctrl-C\n`;
}
