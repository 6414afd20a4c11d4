import { EXIT } from '#kernel/errors';
import type { Verb } from '../cli.js';
import { usage } from '../failures.js';
import { textTable } from '../text-table.js';

interface Row {
  readonly id: string; readonly consumer: string; readonly streamId: string; readonly version: number; readonly events: number; readonly code: string;
  readonly firstSeenAt: string; readonly count: number; readonly state: string; readonly outcome?: string;
}

const table = (items: readonly Row[]): string => textTable(
  ['id', 'consumer', 'stream', 'from', 'events', 'code', 'since', 'tried', 'state'],
  items.map(({ id, consumer, streamId, version, events, code, firstSeenAt, count, state, outcome }) => [id, consumer, streamId, version, events, code, firstSeenAt, count, outcome ?? state]),
);

export const deadLetterVerbs: Verb = (program, act) => {
  const letters = program.command('dead-letters').description('events that could not be handled; nothing is sent to their contacts meanwhile');

  act<[]>(letters.command('list').description('what is set aside').option('--replayed', 'also what was replayed lately'), (cli, options: { replayed?: boolean }) => cli.with(async ({ http }) => {
    const { body } = await http.get<{ items: readonly Row[] }>(`/v1/dead-letters?replayed=${options.replayed === true ? 100 : 0}`);
    cli.answer(body, body.items.length === 0 ? 'There is none.\n' : table(body.items));
  }));

  act<[string | undefined]>(
    letters.command('replay').description('hand it to its consumer again, with all that follows on its stream').argument('[id]').option('--all', 'every one').option('--dry-run', 'only show what would be replayed'),
    async (cli, options: { all?: boolean; dryRun?: boolean }, id) => {
      if ((id === undefined) !== (options.all === true)) throw usage('Say either the id of one dead letter or --all.', 'See the ids with `outright dead-letters list`.');
      return cli.with(async ({ http }) => {
        const { body } = await http.post<{ items: readonly Row[] }>('/v1/dead-letters/replay', { json: { ...(id === undefined ? { all: true } : { ids: [id] }), dryRun: options.dryRun === true } });
        cli.answer(body, body.items.length === 0 ? 'There is none.\n' : table(body.items));
        return body.items.every(({ outcome }) => outcome === 'replayed' || outcome === 'would-replay') ? EXIT.done : EXIT.doneWithRefusals;
      });
    },
  );
};
