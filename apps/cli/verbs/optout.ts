import { Option } from 'commander';
import { EXIT } from '#kernel/errors';
import { instantOf, requireDash, required, type Verb } from '../cli.js';
import { readLines } from '../io.js';
import { usage } from '../failures.js';

interface Answer { readonly recorded: number; readonly receivedAt: string; readonly erasureDueAt?: string; readonly refused: readonly { readonly index: number; readonly problem: string }[] }

const BATCH = 200;

export const optOutVerbs: Verb = (program, act) => {
  const optout = program.command('optout').description('wishes that arrived by other ways than the page');
  act<[string]>(
    optout.command('add').description('record opt-outs, one address a line on standard input; starts the 72 hours')
      .argument('<->', 'standard input')
      .addOption(new Option('--channel <channel>', 'how the wish arrived').choices(['reply', 'phone', 'post', 'email']).makeOptionMandatory())
      .requiredOption('--received-at <instant>', 'when it first arrived')
      .addOption(new Option('--kind <kind>', 'what was said').choices(['opt_out', 'objection', 'consent_withdrawal']).default('opt_out')),
    async (cli, options: { channel?: string; receivedAt?: string; kind?: string }, dash) => {
      requireDash(dash, 'outright optout add');
      const receivedAt = instantOf(required(options.receivedAt, '--received-at'), '--received-at');
      const addresses = await readLines(cli.io.stdin);
      if (addresses.length === 0) throw usage('There is no address on standard input.', 'Give one address a line.');
      return cli.with(async ({ http, to }) => {
        const total = { recorded: 0, receivedAt, erasureDueAt: undefined as string | undefined, refused: [] as { line: number; problem: string }[] };
        for (let from = 0; from < addresses.length; from += BATCH) {
          const { body } = await http.post<Answer>('/v1/opt-outs', { json: { addresses: addresses.slice(from, from + BATCH), channel: options.channel, kind: options.kind, receivedAt } });
          total.recorded += body.recorded;
          total.erasureDueAt = body.erasureDueAt ?? total.erasureDueAt;
          total.refused.push(...body.refused.map(({ index, problem }) => ({ line: from + index + 1, problem })));
        }
        const due = total.erasureDueAt === undefined ? '' : ` Their data is erased by ${total.erasureDueAt}.`;
        const refused = total.refused.map(({ line, problem }) => `  address ${line}: ${problem}\n`).join('');
        cli.answer(total, `${total.recorded} of ${addresses.length} recorded; nothing more is sent to them.${due}\n${refused}`);
        if (to === 'folder' && total.recorded > 0) cli.note('No app is running on this folder: start it with `outright serve`, or nothing is erased.');
        return total.refused.length > 0 ? EXIT.doneWithRefusals : EXIT.done;
      });
    },
  );
};
