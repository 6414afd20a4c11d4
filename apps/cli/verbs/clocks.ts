import { EXIT } from '#kernel/errors';
import type { Verb } from '../cli.js';
import { textTable, type Cell } from '../text-table.js';

type Row = Readonly<Record<string, unknown>> & { readonly level?: string };
interface Page { readonly items: readonly Row[]; readonly next?: string | null }

export const clocksVerb: Verb = (program, act) => {
  act<[]>(
    program.command('clocks').description('every legal clock that runs; exit code 5 when one is overdue').option('--overdue', 'only those'),
    (cli, options: { overdue?: boolean }) => cli.with(async ({ http }) => {
      const items: Row[] = [];
      for (let cursor: string | null | undefined; ; ) {
        const query = new URLSearchParams({ limit: '500', ...(options.overdue === true ? { overdue: 'true' } : {}), ...(cursor === undefined || cursor === null ? {} : { cursor }) });
        const { body } = await http.get<Page>(`/v1/clocks?${query.toString()}`);
        items.push(...body.items);
        cursor = body.next;
        if (cursor === undefined || cursor === null) break;
      }
      const cell = (row: Row, key: string): Cell => row[key] as Cell;
      cli.answer({ items }, items.length === 0 ? (options.overdue === true ? 'Nothing is overdue.\n' : 'No clock is open.\n') : textTable(
        ['clock', 'case', 'due (UTC)', 'due (local)', 'elapsed %', 'state', 'next action'],
        items.map((row) => [cell(row, 'kind'), cell(row, 'caseRef'), cell(row, 'dueAt'), cell(row, 'dueLocal'), cell(row, 'elapsedPercent'), cell(row, 'level'), cell(row, 'nextAction')]),
      ));
      return items.some(({ level }) => level === 'overdue') ? EXIT.verificationFailed : EXIT.done;
    }),
  );
};
