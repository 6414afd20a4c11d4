import { dirname, resolve } from 'node:path';
import type { JobProgress } from '#http/jobs';
import { EXIT } from '#kernel/errors';
import type { Cli, Verb } from '../cli.js';
import { checkText, statusText, testText, type CampaignStatus, type Check, type TestSend } from '../campaign-text.js';
import { usage } from '../failures.js';
import { readTextFile } from '../text-file.js';
import { yamlOf } from './lia.js';

const FOLLOW_MS = 1_000;
const ASK = 'Was your old do-not-mail list imported (outright suppress import)? Nobody on it may be mailed. [yes/no] ';

export const campaignVerbs: Verb = (program, act) => {
  const campaign = program.command('campaign').description('check, test, launch and steer campaigns');

  act<[string]>(
    campaign.command('check').description('who would get it, who would not and why; the findings on the final message; when it ends').argument('<file>', 'campaign.yaml'),
    async (cli, _, file) => cli.with(async (connection) => {
      const report = await cli.finish<Check>(connection, 'check', await connection.http.post('/v1/campaigns/check', { json: await campaignFiles(cli, file) }));
      cli.answer(report, checkText(report));
      return report.launchable ? EXIT.done : EXIT.refused;
    }),
  );

  act<[string]>(
    campaign.command('test').description('send it to the registered test recipients').argument('<file>', 'campaign.yaml'),
    async (cli, _, file) => cli.with(async (connection) => {
      const report = await cli.finish<TestSend>(connection, 'test', await connection.http.post('/v1/campaigns/test', { json: await campaignFiles(cli, file) }));
      cli.answer(report, testText(report));
      return report.sent.every(({ outcome }) => outcome === 'handed-off') ? EXIT.done : EXIT.doneWithRefusals;
    }),
  );

  act<[string]>(
    campaign.command('launch').description('freeze the audience and begin').argument('<file>', 'campaign.yaml')
      .option('--do-not-mail-list-imported', 'the old do-not-mail list was imported, or there is none')
      .option('--override-reason <text>', 'why an officer launches despite findings that may be overridden'),
    async (cli, options: { doNotMailListImported?: boolean; overrideReason?: string }, file) => {
      const files = await campaignFiles(cli, file);
      const overrideReason = options.overrideReason === undefined ? {} : { overrideReason: options.overrideReason };
      const doNotMailListImported = await doNotMailAnswer(cli, options.doNotMailListImported);
      return cli.with(async (connection) => {
        const first = await connection.http.post('/v1/campaigns/launch', { json: { ...files, doNotMailListImported, ...overrideReason } });
        const status = await cli.finish<CampaignStatus & { launched?: string }>(connection, 'launch', first);
        cli.answer(status, `${status.launched === 'before' ? 'It was launched before; nothing changed.' : 'Launched.'}\n${statusText(status)}`);
        if (connection.to === 'folder') cli.note('No app is running on this folder: start it with `outright serve`, or nothing is sent.');
      });
    },
  );

  act<[string | undefined]>(
    campaign.command('status').description('how far campaigns are').argument('[name]').option('--follow', 'go on until the campaign has ended'),
    async (cli, options: { follow?: boolean }, name) => cli.with(async ({ http, to }) => {
      if (name === undefined) {
        const { body } = await http.get<{ items: CampaignStatus[] }>('/v1/campaigns');
        cli.answer(body, body.items.length === 0 ? 'There is no campaign yet.\n' : body.items.map(statusText).join('\n'));
        return EXIT.done;
      }
      const place = `/v1/campaigns/${encodeURIComponent(name)}`;
      const progress = cli.progress(name);
      let status = (await http.get<CampaignStatus>(place)).body;
      while (options.follow === true && status.state === 'running' && to !== 'folder') {
        progress.show(doneOf(status));
        await new Promise((wake) => setTimeout(wake, FOLLOW_MS));
        status = (await http.get<CampaignStatus>(place)).body;
      }
      progress.end();
      cli.answer(status, statusText(status));
      return EXIT.done;
    }),
  );

  for (const [verb, what] of [['pause', 'stop sending until resume'], ['resume', 'go on where it stopped'], ['cancel', 'end it for ever']] as const) {
    act<[string]>(campaign.command(verb).description(what).argument('<name>'), (cli, _, name) => cli.with(async ({ http }) => {
      const { body } = await http.post<CampaignStatus>(`/v1/campaigns/${encodeURIComponent(name)}/${verb}`, { json: {} });
      cli.answer(body, statusText(body));
    }));
  }
};

/** The file and the two templates that it names, read here: the app opens no path that a client gives. */
async function campaignFiles(cli: Cli, path: string): Promise<{ file: string; text: string; html: string }> {
  const file = await readTextFile(path, cli.io.cwd);
  const { template } = (yamlOf(file, path) ?? {}) as { template?: { text?: unknown; html?: unknown } };
  const beside = (name: unknown, key: string): Promise<string> => {
    if (typeof name !== 'string' || name === '') throw usage(`${path} names no template.${key}.`, `Write template.${key} with the name of a file beside ${path}.`);
    return readTextFile(resolve(cli.io.cwd, dirname(path), name), cli.io.cwd);
  };
  return { file, text: await beside(template?.text, 'text'), html: await beside(template?.html, 'html') };
}

async function doNotMailAnswer(cli: Cli, flag: boolean | undefined): Promise<true> {
  if (flag === true) return true;
  if (cli.interactive && /^y(es)?$/i.test(await cli.ask(ASK))) return true;
  throw usage('Launching needs to know whether the old do-not-mail list was imported.', 'Import it with `outright suppress import`, then launch with --do-not-mail-list-imported.');
}

function doneOf({ audienceSize, counts = {}, sending, notYetDecided = 0 }: CampaignStatus): JobProgress {
  const left = sending?.left ?? notYetDecided;
  const wait = sending?.waitingFor === undefined ? '' : `, waits for ${sending.waitingFor}${sending.until === undefined ? '' : ` until ${sending.until}`}`;
  return { percent: audienceSize === 0 ? 100 : (100 * (audienceSize - left)) / audienceSize, note: `${counts['handed_off'] ?? 0} sent, ${counts['refused'] ?? 0} refused, ${left} left${wait}` };
}
