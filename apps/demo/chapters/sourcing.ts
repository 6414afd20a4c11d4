import type { Answer } from '../client.js';
import { example, type Stage } from '../stage.js';

interface Report { counts: Record<string, number>; refusedByReason: Record<string, number>; droppedColumns: string[]; findings: { line?: number; column?: string; rule?: string; problem?: string; fix?: string }[]; alreadyImported: boolean }
interface Job { job?: { state: string; report?: Report; problem?: { title: string; rule?: string; fix?: string } } }

/** Imports one of the example files and waits for its report or problem. */
export async function importExample({ api, story }: Stage, csv: string, config: string | undefined, dryRun = false): Promise<{ report?: Report; problem?: { title: string; rule?: string; fix?: string } }> {
  const headers: Record<string, string> = config === undefined ? {} : { 'outright-import-config': example(config).toString('base64') };
  const started: Answer<{ job?: string; title?: string; rule?: string }> = await api.postCsv(`/v1/imports?fileName=${csv}&dryRun=${dryRun}`, example(csv), headers);
  if (started.status >= 400 || started.body.job === undefined) return { problem: started.body as { title: string } };
  for (;;) {
    const { body } = await api.get<Job>(started.body.job);
    const percent = (body.job as { progress?: { percent?: number } } | undefined)?.progress?.percent ?? 0;
    if (body.job?.state === 'running') story.progress(`reading ${csv}`, Math.floor(percent), 101);
    else return { ...(body.job?.report === undefined ? {} : { report: body.job.report }), ...(body.job?.problem === undefined ? {} : { problem: body.job.problem }) };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function prospectsArrive(stage: Stage): Promise<void> {
  const { story, api } = stage;
  story.chapter('The old do-not-mail list comes first');
  const list = await api.postCsv<{ counts: { rows: number; added: number } }>('/v1/suppressions/import', example('do-not-mail.csv'));
  story.say(`${list.body.counts.rows} rows read, ${list.body.counts.added} addresses and domains blocked for ever. Only keyed hashes are kept.`);
  story.promise('the do-not-mail list is taken over', list.status === 200 && list.body.counts.added > 0);

  story.chapter('A messy file of prospects is imported');
  const bought = await importExample(stage, 'bought-list.csv', 'bought-list.import.yaml');
  story.say(`bought-list.csv: ${bought.problem?.title ?? 'accepted'} (${bought.problem?.rule ?? '?'})`);
  story.promise('a bought list is refused whole', bought.problem?.rule === 'SRC-03');
  const dry = await importExample(stage, 'nov-fair.csv', 'nov-fair.import.yaml', true);
  const real = await importExample(stage, 'nov-fair.csv', 'nov-fair.import.yaml');
  const { report } = real;
  if (report === undefined) throw new Error(`The import failed: ${real.problem?.title ?? 'no report'}`);
  const { counts } = report;
  story.say(`${counts['rows']} rows: ${counts['created']} people created, ${counts['merged']} found again, ${counts['suppressed']} suppressed, ${counts['refused']} refused, ${counts['inferred']} guessed addresses (kept, never mailed).`);
  for (const [reason, count] of Object.entries(report.refusedByReason)) story.say(`  refused ${String(count).padStart(3)} × ${reason}`);
  story.say(`Columns dropped before anything was stored: ${report.droppedColumns.join(', ')}`);
  for (const finding of report.findings.slice(0, 3)) story.say(`  line ${finding.line}, ${finding.column ?? ''}: ${finding.problem ?? ''} ${finding.rule ?? ''} ${finding.fix === undefined ? '' : `→ ${finding.fix}`}`);
  story.promise('the dry run had foretold the same counts', JSON.stringify(dry.report?.counts) === JSON.stringify(counts));
  story.promise('a suppressed address left nothing but a count', (counts['suppressed'] ?? 0) > 0);
  const again = await importExample(stage, 'nov-fair.csv', 'nov-fair.import.yaml');
  story.promise('the same file again changes nothing', again.report?.alreadyImported === true);
}
