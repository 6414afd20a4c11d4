import { statSync } from 'node:fs';
import { assertDataFolder } from '#apps/standalone/data-folder';
import { listenOverride } from '#apps/standalone/listen-override';
import { EXIT } from '#kernel/errors';
import { loadConfigFile, type LoadedConfig } from '#tenancy/nest/config-file';
import type { Cli, Verb } from '../cli.js';
import { connectHere, running } from '../connection.js';
import type { Verified } from '../audit-text.js';
import { history, identity, mailPlace, nodeVersion, ofError, parts, permissions, publicUrl, room, senders, smtp, type Finding, type Readiness } from '../doctor-checks.js';
import { configPath } from '../installation-folder.js';
import { cannotOpen, services } from '../service-findings.js';

const SIGN = { ok: '✓', warning: '!', failed: '✗' } as const;

export const doctorVerb: Verb = (program, act) => {
  act<[]>(program.command('doctor').description('what is missing, and how to mend it'), async (cli) => {
    const findings = await examine(cli);
    const bad = findings.filter(({ state }) => state === 'failed').length;
    const lines = findings.map(({ check, state, what, fix }) => `${SIGN[state]} ${check}: ${what}${state === 'ok' || fix === undefined ? '' : `\n    → ${fix}`}\n`).join('');
    cli.answer({ ok: bad === 0, findings }, `${lines}\n${bad === 0 ? 'Nothing stands in the way.' : `${bad} to mend.`}\n`);
    return bad === 0 ? EXIT.done : EXIT.verificationFailed;
  });
};

/** Asked only for what it answers without its services. */
async function impaired(config: LoadedConfig, cli: Cli): Promise<Finding[]> {
  const connection = await running(config, cli.io);
  const unasked: Finding = { check: 'app', state: 'warning', what: 'Its history is not verified while a service is not as it must be.', fix: 'Mend the services first, then run doctor again.' };
  if (connection === undefined) return [unasked];
  try {
    return [...parts((await connection.http.readiness<Readiness>()).body), unasked];
  } finally {
    await connection.close();
  }
}

async function examine(cli: Cli): Promise<Finding[]> {
  const findings = [nodeVersion(process.version)];
  const path = configPath(cli.options.data, cli.io);
  let config: LoadedConfig;
  try {
    config = loadConfigFile(path);
    findings.push({ check: 'outright.yaml', state: 'ok', what: path });
  } catch (error) {
    return [...findings, ofError('outright.yaml', error)];
  }
  const attempt = async (check: string, work: () => Finding | Finding[] | Promise<Finding | Finding[]>): Promise<void> => {
    try {
      findings.push(...[await work()].flat());
    } catch (error) {
      findings.push(ofError(check, error));
    }
  };
  await attempt('outright.yaml', () => (statSync(path).mode & 0o002) === 0 ? [] : { check: 'outright.yaml', state: 'failed', what: 'Every user may change it.', fix: `chmod o-w ${path}` });
  let isThere = false;
  await attempt('data folder', () => {
    assertDataFolder(config);
    isThere = true;
    return permissions('data folder', config.data);
  });
  await attempt('disk', () => room(config.data));
  await attempt('identity', () => identity(config));
  await attempt('mail folder', () => mailPlace(config));
  await attempt('smtp', () => smtp(config));
  await attempt('senders', () => senders(config));
  await attempt('services', () => services(config));
  let isRunning = false;
  if (isThere && cannotOpen(findings)) await attempt('app', () => impaired(config, cli));
  else if (isThere) await attempt('app', async () => {
    const connection = await connectHere(config, cli.io);
    try {
      isRunning = connection.to === 'running';
      const { body } = await connection.http.get<{ items: { usable: boolean }[] }>('/v1/keys');
      const keys = body.items.filter(({ usable }) => usable).length;
      const verified = await cli.finish<Verified>(connection, 'verify', await connection.http.post('/v1/audit/verify', { json: {} }));
      return [
        history(verified),
        ...parts((await connection.http.readiness<Readiness>()).body),
        isRunning ? { check: 'app', state: 'ok', what: 'it runs, and its log, keys and read models opened' } : { check: 'app', state: 'warning', what: 'The folder opens, but no app runs on it: nothing is sent or erased.', fix: 'Start it with `outright serve`.' },
        keys > 0 ? { check: 'API keys', state: 'ok', what: `${keys} in use` } : { check: 'API keys', state: 'warning', what: 'There is none; only this machine can talk to the app.', fix: 'Make one with `outright key create`.' },
      ];
    } finally {
      await connection.close();
    }
  });
  await attempt('public address', () => publicUrl(listenOverride(config, cli.io.env['OUTRIGHT_LISTEN']), isRunning));
  return findings;
}
