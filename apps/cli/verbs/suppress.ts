import { EXIT } from '#kernel/errors';
import type { Verb } from '../cli.js';
import { findingText } from '../failures.js';
import { textList } from '../text-table.js';
import { openFile } from '../text-file.js';

interface Answer {
  readonly dryRun: boolean;
  readonly alreadyImported: boolean;
  readonly counts: Readonly<Record<string, number>> & { readonly refused: number };
  readonly findings: readonly unknown[];
}

export const suppressVerbs: Verb = (program, act) => {
  const suppress = program.command('suppress').description('the do-not-mail list; this only ever adds to it');
  act<[string]>(
    suppress.command('import').description('add a do-not-mail list').argument('<csv>', 'columns email or domain, optional reason and since').option('--dry-run', 'check the file and store nothing'),
    async (cli, options: { dryRun?: boolean }, csv) => {
      const stream = await openFile(csv, cli.io.cwd);
      return cli.with(async (connection) => {
        const first = await connection.http.post(`/v1/suppressions/import${options.dryRun === true ? '?dryRun=true' : ''}`, { stream, headers: { 'content-type': 'text/csv' } });
        const answer = await cli.finish<Answer>(connection, 'suppress import', first);
        cli.answer(answer, headOf(answer) + textList(Object.entries(answer.counts)) + answer.findings.slice(0, 20).map((finding) => `  ${findingText(finding)}\n`).join(''));
        return answer.counts.refused > 0 ? EXIT.doneWithRefusals : EXIT.done;
      });
    },
  );
};

function headOf({ dryRun, alreadyImported, counts }: Answer): string {
  if (alreadyImported) return 'This file was imported before; nothing changed.\n';
  if (counts['rows'] === 0) return 'The file has a header and no rows, so there was nothing to add.\n';
  return dryRun ? 'Checked; nothing was stored.\n' : '';
}
