import { assertDataFolder } from '#apps/standalone/data-folder';
import { secretsFolderOf, servicesOf } from '#apps/standalone/services';
import type { Surveyed } from '#engine/distributed/survey/surveyed';
import { EXIT, type ExitCode } from '#kernel/errors';
import { loadConfigFile } from '#tenancy/nest/config-file';
import type { Cli, Verb } from '../cli.js';
import { configPath } from '../installation-folder.js';
import { passphraseOf } from '../secrets-from-environment.js';
import { TITLES } from '../service-findings.js';

const SIGN = { ok: '✓', made: '+', missing: '·', warning: '!', failed: '✗', away: '✗' } as const;

export const prepareVerb: Verb = (program, act) => {
  const command = program.command('prepare').description('make on Kafka, MongoDB and Redis what the distributed engine needs; what is there stays as it is')
    .option('--dry-run', 'say what is there and what is missing, and make nothing');
  act<[]>(command, async (cli, { dryRun = false }: { dryRun?: boolean }) => {
    const config = loadConfigFile(configPath(cli.options.data, cli.io));
    if (config.distributed === undefined) {
      assertDataFolder(config);
      cli.answer({ engine: 'embedded', ready: true, dryRun, made: 0, missing: 0, findings: [] }, 'The embedded engine has nothing to prepare: `outright init` made its folder.\n');
      return EXIT.done;
    }
    const installation = { ...servicesOf(config.distributed), secretsFolder: secretsFolderOf(config), passphrase: passphraseOf(cli.io) };
    const findings = dryRun
      ? await (await import('#engine/distributed/survey/survey')).surveyServices(installation)
      : await (await import('#engine/distributed/prepare')).prepareServices(installation);
    return answer(cli, findings, dryRun);
  });
};

function answer(cli: Cli, findings: readonly Surveyed[], dryRun: boolean): ExitCode {
  const number = (...states: readonly Surveyed['state'][]): number => findings.filter(({ state }) => states.includes(state)).length;
  const [made, missing, wrong, away] = [number('made'), number('missing'), number('failed'), number('away')];
  const lines = findings.map(({ service, state, what, fix }) => `${SIGN[state]} ${TITLES[service]}: ${what}${says[state] ?? ''}${fix === undefined || state === 'missing' ? '' : `\n    → ${fix}`}\n`).join('');
  cli.answer({ engine: 'distributed', ready: missing + wrong + away === 0, dryRun, made, missing, findings }, `${lines}\n${closing(made, missing, wrong + away, dryRun)}\n`);
  return away > 0 ? EXIT.busy : wrong > 0 ? EXIT.verificationFailed : EXIT.done;
}

const says: Partial<Record<Surveyed['state'], string>> = { made: ' made', missing: ' is missing' };

function closing(made: number, missing: number, wrong: number, dryRun: boolean): string {
  if (wrong > 0) return `${wrong} to mend${dryRun ? '' : '; nothing was made'}.`;
  if (missing > 0) return `${missing} missing: \`outright prepare\` makes them.`;
  return `${made === 0 ? 'All is there; nothing was changed.' : `${made} made.`} Next: \`outright serve\`.`;
}
