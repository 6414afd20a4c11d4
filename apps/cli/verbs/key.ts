import { Option } from 'commander';
import { instantOf, type Verb } from '../cli.js';
import { textTable } from '../text-table.js';

interface NewKey { readonly keyId: string; readonly role: string; readonly label: string; readonly key: string; readonly expiresAt?: string }
interface KeyRow { readonly keyId: string; readonly role: string; readonly label: string; readonly issuedAt: string; readonly expiresAt?: string; readonly state: string; readonly usable: boolean }

export function keyText({ keyId, role, key, expiresAt }: NewKey): string {
  return `API key ${keyId} with the role ${role}${expiresAt === undefined ? '' : `, until ${expiresAt}`}. It is shown this once:\n\n  ${key}\n\n`;
}

export const keyVerbs: Verb = (program, act) => {
  const key = program.command('key').description('API keys: made on this machine only, kept as a hash');

  act<[]>(
    key.command('create').description('make a key and show it once')
      .addOption(new Option('--role <role>', 'what it may do').choices(['sales', 'officer', 'auditor']).makeOptionMandatory())
      .requiredOption('--label <text>', 'who or what holds it')
      .option('--expires <instant>', 'when it ends by itself'),
    (cli, options: { role?: string; label?: string; expires?: string }) => cli.with(async ({ http }) => {
      const expiresAt = options.expires === undefined ? {} : { expiresAt: instantOf(options.expires, '--expires') };
      const { body } = await http.post<NewKey>('/v1/keys', { json: { role: options.role, label: options.label, ...expiresAt } });
      cli.answer(body, keyText(body));
    }),
  );

  act<[]>(key.command('list').description('all keys, without their secrets'), (cli) => cli.with(async ({ http }) => {
    const { body } = await http.get<{ items: KeyRow[] }>('/v1/keys');
    const rows = body.items.map(({ keyId, role, label, issuedAt, expiresAt, state, usable }) => [keyId, role, label, issuedAt, expiresAt, usable ? 'active' : state === 'revoked' ? state : 'expired']);
    cli.answer(body, textTable(['key', 'role', 'label', 'made', 'expires', 'state'], rows));
  }));

  act<[string]>(key.command('revoke').description('end a key at once').argument('<keyId>'), (cli, _, keyId) => cli.with(async ({ http }) => {
    const { body } = await http.post(`/v1/keys/${encodeURIComponent(keyId)}/revoke`);
    cli.answer(body, `Key ${keyId} is revoked.\n`);
  }));
};
