import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { instantOf, type Verb } from '../cli.js';
import { usage } from '../failures.js';

export const reportVerb: Verb = (program, act) => {
  act<[]>(
    program.command('report').description('a readable page of counts, refusals, opt-outs, erasures and clocks').requiredOption('--out <file>').option('--at <instant>', 'as it stood then'),
    (cli, options: { out?: string; at?: string }) => cli.with(async ({ http }) => {
      const at = options.at === undefined ? '' : `?at=${encodeURIComponent(instantOf(options.at, '--at'))}`;
      const { body } = await http.get<string>(`/v1/report${at}`, { accept: 'text/html' });
      const path = resolve(cli.io.cwd, options.out ?? 'report.html');
      await writeFile(path, body).catch((cause: NodeJS.ErrnoException) => {
        throw usage(`The report cannot be written (${cause.code ?? 'no code'}).`, 'Name a file in a folder that exists and that you may write to.');
      });
      cli.answer({ out: path, bytes: Buffer.byteLength(body) }, `Written to ${path}.\n`);
    }),
  );
};
