import { required, type Verb } from '../cli.js';
import { textList } from '../text-table.js';

export interface SenderAnswer { readonly senderId: string; readonly fromName: string; readonly version: number; readonly verifiedBy?: string; readonly publish?: { readonly name: string; readonly value: string } }

export function publishText({ publish, senderId }: SenderAnswer): string {
  if (publish === undefined) return `Sender ${senderId} has no DKIM key, so its domain cannot be verified.\n`;
  return `Publish this TXT record, then run \`outright sender verify ${senderId}\`:\n  name   ${publish.name}\n  value  ${publish.value}\n`;
}

export const senderVerbs: Verb = (program, act) => {
  const sender = program.command('sender').description('who campaigns come from');

  act<[string]>(
    sender.command('add').description('write a sender into outright.yaml, with the DKIM key of its domain').argument('<id>', 'small letters, digits and hyphens')
      .requiredOption('--from-name <name>').requiredOption('--from-address <address>', 'the company’s own address')
      .option('--reply-to <address>').option('--reply-to-monitored', 'somebody reads that mailbox')
      .option('--smtp <account>', 'which account of outright.yaml').option('--dkim-selector <name>', 'DKIM selector', 'outright'),
    async (cli, options: { fromName?: string; fromAddress?: string; replyTo?: string; replyToMonitored?: boolean; smtp?: string; dkimSelector?: string }, senderId) => cli.with(async ({ http }) => {
      const { body } = await http.post<SenderAnswer>('/v1/senders', {
        json: {
          senderId, fromName: required(options.fromName, '--from-name'), fromAddress: required(options.fromAddress, '--from-address'),
          replyTo: options.replyTo, replyToMonitored: options.replyToMonitored ?? false, smtp: options.smtp, dkimSelector: options.dkimSelector,
        },
      });
      cli.answer(body, `Sender ${senderId} is at version ${body.version}.\n${publishText(body)}`);
    }),
  );

  act<[string]>(sender.command('verify').description('look for our key at the DKIM selector').argument('<id>'), (cli, _, id) => cli.with(async ({ http }) => {
    const { body } = await http.post<SenderAnswer>(`/v1/senders/${encodeURIComponent(id)}/verify`);
    cli.answer(body, textList([['sender', body.senderId], ['verified by', body.verifiedBy]]));
  }));
};
