import { basename } from 'node:path';
import { EXIT } from '#kernel/errors';
import type { Verb } from '../cli.js';
import { findingText } from '../failures.js';
import { textList } from '../text-table.js';
import { openFile, readTextFile } from '../text-file.js';

interface Report {
  readonly importId: string;
  readonly name: string;
  readonly dryRun?: boolean;
  readonly alreadyImported?: boolean;
  readonly resumedAfterLine?: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly refusedByReason?: Readonly<Record<string, number>>;
  readonly droppedColumns?: readonly string[];
  readonly findings?: readonly unknown[];
  readonly rowsPerSecond?: number;
}

const SHOWN = 20;

export const importVerb: Verb = (program, act) => {
  act<[string]>(
    program.command('import').description('import prospects with their provenance; the same file again changes nothing')
      .argument('<csv>').option('--with <file>', 'import.yaml: name, map, defaults, attest').option('--dry-run', 'check everything and store nothing')
      .option('--encoding <name>', 'if the file is not UTF-8, e.g. windows-1252'),
    async (cli, options: { with?: string; dryRun?: boolean; encoding?: string }, csv) => {
      const config = options.with === undefined ? undefined : await readTextFile(options.with, cli.io.cwd);
      const stream = await openFile(csv, cli.io.cwd);
      const query = new URLSearchParams({ fileName: basename(csv), ...(options.dryRun === true ? { dryRun: 'true' } : {}), ...(options.encoding === undefined ? {} : { encoding: options.encoding }) }).toString();
      const headers = {
        'content-type': 'text/csv',
        ...(config === undefined ? {} : { 'outright-import-config': Buffer.from(config).toString('base64') }),
      };
      return cli.with(async (connection) => {
        const first = await connection.http.post(`/v1/imports?${query}`, { stream, headers });
        const report = await cli.finish<Report>(connection, 'import', first);
        cli.answer(report, reportText(report));
        return (report.counts['refused'] ?? 0) > 0 || (report.counts['deferred'] ?? 0) > 0 ? EXIT.doneWithRefusals : EXIT.done;
      });
    },
  );
};

function headOf({ name, dryRun, alreadyImported, counts }: Report): string {
  if ((counts['rows'] ?? 0) === 0 && alreadyImported !== true) return `${name}: the file has a header and no rows, so there was nobody to import.`;
  if (dryRun === true) return `Checked ${name}; nothing was stored.`;
  return alreadyImported === true ? `${name} was imported before; nothing changed.` : `Imported ${name}.`;
}

function reportText(report: Report): string {
  const reasons = Object.entries(report.refusedByReason ?? {}).map(([reason, count]) => `  ${count} × ${reason}\n`).join('');
  const findings = (report.findings ?? []).slice(0, SHOWN).map((finding) => `  ${findingText(finding)}\n`).join('');
  const more = (report.findings ?? []).length > SHOWN ? `  and ${(report.findings ?? []).length - SHOWN} more; see --json\n` : '';
  return [
    `${headOf(report)}\n`,
    report.resumedAfterLine === undefined ? '' : `Went on after line ${report.resumedAfterLine}.\n`,
    textList(Object.entries(report.counts).filter(([, count]) => count > 0)),
    (report.droppedColumns ?? []).length === 0 ? '' : `Columns not kept: ${(report.droppedColumns ?? []).join(', ')}\n`,
    reasons === '' ? '' : `Refused:\n${reasons}`,
    findings === '' ? '' : `Lines:\n${findings}${more}`,
  ].join('');
}
