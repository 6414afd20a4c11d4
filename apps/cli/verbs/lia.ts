import { parse } from 'yaml';
import type { Verb } from '../cli.js';
import { usage } from '../failures.js';
import { readTextFile } from '../text-file.js';

interface Lia { readonly liaId: string; readonly approvedAt?: string }

export const liaVerbs: Verb = (program, act) => {
  const lia = program.command('lia').description('legitimate-interest assessments: written by one person, approved by an officer');

  act<[string]>(
    lia.command('add').description('record an assessment').argument('<file>', 'YAML with id, purpose, interest, necessity, balancing, assessedBy, assessedOn'),
    (cli, _, file) => cli.with(async ({ http }) => {
      const document = yamlOf(await readTextFile(file, cli.io.cwd), file);
      const { body } = await http.post<Lia>('/v1/lias', { json: document });
      cli.answer(body, `Assessment ${body.liaId} is recorded. An officer approves it with \`outright lia approve ${body.liaId}\`.\n`);
    }),
  );

  act<[string]>(lia.command('approve').description('approve an assessment, as an officer').argument('<id>'), (cli, _, id) => cli.with(async ({ http }) => {
    const { body } = await http.post<Lia>(`/v1/lias/${encodeURIComponent(id)}/approve`);
    cli.answer(body, `Assessment ${body.liaId} is approved since ${body.approvedAt ?? 'now'}.\n`);
  }));
};

export function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw usage(`${file} is no valid YAML: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'unreadable'}`, 'Correct the named line.');
  }
}
