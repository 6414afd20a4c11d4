import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXIT } from '#kernel/errors';
import { instantOf, required, type Cli, type Verb } from '../cli.js';
import { explanationText, replayText, verifyText, type Explanation, type Replayed, type Verified } from '../audit-text.js';
import type { Connection } from '../connection.js';
import { readLines } from '../io.js';
import { usage } from '../failures.js';

export const auditVerbs: Verb = (program, act) => {
  const audit = program.command('audit').description('verify, replay, explain and export the recorded history');

  act<[]>(audit.command('verify').description('every event, chain and checkpoint; exit code 5 when something does not fit').option('--checkpoints <folder>', 'compare with checkpoints kept elsewhere'), (cli, options: { checkpoints?: string }) =>
    cli.with(async (connection) => {
      const json = options.checkpoints === undefined ? {} : connection.to === 'network' ? { held: await checkpointsIn(resolve(cli.io.cwd, options.checkpoints)) } : { outside: resolve(cli.io.cwd, options.checkpoints) };
      const result = await cli.finish<Verified>(connection, 'verify', await connection.http.post('/v1/audit/verify', { json }));
      cli.answer(result, verifyText(result));
      return result.ok ? EXIT.done : EXIT.verificationFailed;
    }));

  act<[]>(audit.command('replay').description('the state as it stood then; sends nothing and writes nothing').requiredOption('--at <instant>'), (cli, options: { at?: string }) =>
    cli.with(async (connection) => {
      const at = instantOf(required(options.at, '--at'), '--at');
      const result = await cli.finish<Replayed>(connection, 'replay', await connection.http.post('/v1/audit/replay', { json: { at } }));
      cli.answer(result, replayText(result));
    }));

  act<[string]>(
    audit.command('explain').description('why a message was or was not sent').argument('<what>', 'dispatch id, Message-ID, or - for an address on standard input'),
    async (cli, _, what) => {
      const json = await question(cli, what);
      return cli.with(async (connection) => {
        const result = await cli.finish<Explanation>(connection, 'explain', await connection.http.post('/v1/audit/explain', { json }));
        cli.answer(result, explanationText(result));
      });
    },
  );

  act<[]>(audit.command('export').description('a signed bundle that verifies without this program').requiredOption('--out <dir>', 'a new folder'), (cli, options: { out?: string }) =>
    cli.with(async (connection) => exportBundle(cli, connection, required(options.out, '--out'))));
};

async function question(cli: Cli, what: string): Promise<Record<string, string>> {
  if (what !== '-') {
    if (!what.includes('@')) return { dispatchId: what };
    if (/^<[^<>\s]+@[^<>\s]+>$/.test(what)) return { messageId: what };
    throw usage('An address is not given as an argument.', 'Write `outright audit explain -` and give the address on standard input; a Message-ID stands in <…>.');
  }
  const [address, ...more] = await readLines(cli.io.stdin);
  if (address === undefined || more.length > 0) throw usage('One address is needed on standard input.', 'Give exactly one line.');
  return { address };
}

async function exportBundle(cli: Cli, connection: Connection, out: string): Promise<void> {
  const result = await cli.finish<{ folder?: string }>(connection, 'export', await connection.http.post('/v1/audit/export', { json: { out: resolve(cli.io.cwd, out) } }));
  cli.answer(result, `The bundle is in ${resolve(cli.io.cwd, out)}. Verify it with \`node verify-bundle.mjs .\` there; it needs Node and nothing of ours.\n`);
}

/** The newest thousand of a folder, as they stand in their files. */
async function checkpointsIn(folder: string): Promise<unknown[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort().slice(-1000);
    return await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown));
  } catch (cause) {
    throw usage(`The checkpoints cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'no JSON'}).`, 'Name the folder that holds them.');
  }
}
