import type { Verb } from '../cli.js';
import { usage } from '../failures.js';
import { textTable } from '../text-table.js';

interface Row { readonly dispatchId: string; readonly campaignId: string; readonly at: string; readonly phase?: string; readonly reason?: string }
interface Page { readonly items: readonly Row[]; readonly next?: string | null }

export const unknownVerbs: Verb = (program, act) => {
  const unknown = program.command('unknown').description('messages of which nobody knows whether they arrived; they are never sent again by themselves');

  act<[]>(unknown.command('list').description('all open ones'), (cli) => cli.with(async ({ http }) => {
    const items: Row[] = [];
    for (let cursor: string | null | undefined; ; ) {
      const { body } = await http.get<Page>(`/v1/dispatches?status=unknown&limit=500${cursor === undefined || cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...body.items);
      cursor = body.next;
      if (cursor === undefined || cursor === null) break;
    }
    cli.answer({ items }, items.length === 0 ? 'There is none.\n' : textTable(['dispatch', 'campaign', 'at', 'phase', 'reason'], items.map(({ dispatchId, campaignId, at, phase, reason }) => [dispatchId, campaignId, at, phase, reason])));
  }));

  act<[string]>(
    unknown.command('resolve').description('record what a report or a person says').argument('<dispatchId>')
      .option('--delivered').option('--not-delivered').requiredOption('--reason <text>', 'where this is known from; names nobody'),
    async (cli, options: { delivered?: boolean; notDelivered?: boolean; reason?: string }, dispatchId) => {
      if ((options.delivered === true) === (options.notDelivered === true)) throw usage('Say either --delivered or --not-delivered.', 'Give exactly one of the two.');
      return cli.with(async ({ http }) => {
        const { body } = await http.post(`/v1/dispatches/${encodeURIComponent(dispatchId)}/resolve`, { json: { outcome: options.delivered === true ? 'delivered' : 'not_delivered', reason: options.reason } });
        cli.answer(body, `Recorded: ${options.delivered === true ? 'delivered' : 'not delivered'}.\n`);
      });
    },
  );
};
