import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Option } from 'commander';
import { makeDataFolder } from '#apps/standalone/data-folder';
import { postalAddressFindings } from '#campaigns/domain/content/postal-address';
import { BadInput } from '#kernel/errors';
import { dkimPublicRecord, loadDkimKey } from '#kernel/dkim/dkim-key';
import { configTemplate } from '#tenancy/domain/config-template';
import { parseInstallationConfig } from '#tenancy/domain/installation-config';
import { assertMayLeaveMachine, isLoopbackHost, loopbackPort } from '#tenancy/domain/sending-safety';
import { zoneLine } from '#tenancy/domain/zone-file';
import { resolvePaths } from '#tenancy/nest/config-file';
import { dkimKeyPath, dkimRecordName } from '#tenancy/nest/dkim-key-files';
import { makeDkimKey } from '#tenancy/nest/sender-file';
import type { Verb } from '../cli.js';
import { connectHere } from '../connection.js';
import { usage } from '../failures.js';
import { assertServices, servicesAsked } from '../engine-answers.js';
import { hostAndPort, initAnswers, testRecipients, type InitOptions } from '../init-answers.js';
import { configPath } from '../installation-folder.js';
import { keyText } from './key.js';
import { publishText } from './sender.js';

export const initVerb: Verb = (program, act) => {
  const command = program.command('init').description('ask for the identity, a sender and the public address; write outright.yaml; print the first API key once')
    .option('--yes', 'ask nothing')
    .option('--name <text>').option('--street <text>').option('--locality <text>').option('--region <text>').option('--postcode <text>').option('--country <code>')
    .option('--po-box-registered').option('--establishment-country <code>', 'default: the country of the address')
    .option('--privacy-contact <text>').option('--dpo <text>').option('--supervisory-authority <text>')
    .option('--public-url <address>').option('--port <number>', 'of the HTTP server (default: that of an http --public-url on this machine, else 3000)')
    .option('--sender <id>').option('--from-name <text>').option('--from-address <address>').option('--reply-to <address>').option('--reply-to-monitored')
    .option('--dkim-selector <name>', 'selector of the DKIM key that is made', 'outright')
    .option('--smtp <host:port>').addOption(new Option('--smtp-security <kind>').choices(['none', 'starttls', 'tls'])).option('--smtp-user <name>')
    .option('--smtp-password-env <name>', 'environment variable with the password').option('--smtp-password-file <file>')
    .addOption(new Option('--engine <kind>', 'default: embedded').choices(['embedded', 'distributed']))
    .option('--mongo <address>', 'of the log: mongodb://host:27017/database without password, env:NAME or file:PATH').option('--vault <address>', 'of the keys: another database')
    .option('--redis <address>', 'redis://host:6379, env:NAME or file:PATH').option('--kafka <host:port,…>', 'brokers')
    .option('--kafka-prefix <text>', 'before every topic, group and key (default: outright)').option('--kafka-partitions <number>', 'of each topic, for ever (default: 12)')
    .option('--kafka-replicas <number>', 'of each topic (default: 3)')
    .option('--mail-folder <folder>', 'where mail goes without SMTP', './mail').option('--test-recipients <->', 'from standard input, one a line');
  act<[]>(command, async (cli, options: InitOptions) => {
    const path = configPath(cli.options.data, cli.io);
    if (existsSync(path)) throw usage(`There is an installation file already: ${path}.`, 'Edit it, add senders with `outright sender add`, or name another folder with --data.');
    const answers = await initAnswers(cli, options);
    const text = await configText(answers, options, await testRecipients(cli, options));
    const config = resolvePaths(parseInstallationConfig(text), path);
    assertMayLeaveMachine(config);
    assertServices(config.distributed);
    const selector = options.dkimSelector ?? 'outright';
    const senderId = answers.sender ?? 'sales';
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const keyFile = join(dirname(path), dkimKeyPath(selector, answers.fromAddress ?? ''));
    await makeDkimKey(keyFile);
    await makeDataFolder(config);
    const publish = { name: dkimRecordName(selector, answers.fromAddress ?? ''), value: dkimPublicRecord(loadDkimKey(readFileSync(keyFile, 'utf8'))) };
    if (config.dnsZoneFile !== undefined) appendFileSync(config.dnsZoneFile, `${zoneLine(publish.name, publish.value)}\n`);
    writeNew(path, text);
    const about = [
      publishText({ senderId, fromName: '', version: 1, publish }),
      config.dnsZoneFile === undefined ? '' : `\nWhile mail stays on this machine, ${config.dnsZoneFile} stands for DNS and holds that record already.\n`,
      Object.keys(config.smtp).length === 0 ? `\nMail goes to ${config.mailFolder}, because no SMTP account is set.\n` : '',
    ];
    if (config.distributed !== undefined) {
      cli.answer({ config: path, senderId, publish }, [
        `Written to ${path}.\n`, ...about, '\nNext, when the services run: `outright prepare`, then `outright key create --role officer --label first`, then `outright serve`.\n',
      ].join(''));
      return;
    }

    const connection = await connectHere(config, cli.io).catch((error: unknown) => {
      cli.note(`${path} is written. When what follows is mended, make the first key with \`outright key create --role officer --label first\`.`);
      throw error;
    });
    try {
      const { body: key } = await connection.http.post<{ keyId: string; role: string; label: string; key: string }>('/v1/keys', { json: { role: 'officer', label: 'first key' } });
      cli.answer({ config: path, senderId, publish, key }, [
        `Written to ${path}.\n\n`, keyText(key), ...about, '\nNext: `outright doctor`, then `outright serve`.\n',
      ].join(''));
    } finally {
      await connection.close();
    }
  });
};

async function configText(answers: Awaited<ReturnType<typeof initAnswers>>, options: InitOptions, recipients: readonly string[]): Promise<string> {
  const { name = '', street = '', locality = '', region, postcode = '', publicUrl = '', fromName = '', fromAddress = '', replyTo, sender = 'sales' } = answers;
  const country = (answers.country ?? '').toUpperCase();
  const postalAddress = { street, locality, postcode, country, ...(region === undefined ? {} : { region }), ...(options.poBoxRegistered === true ? { poBoxRegistered: true } : {}) };
  const findings = postalAddressFindings(postalAddress);
  if (findings[0] !== undefined) throw new BadInput(findings[0].message, { code: 'bad-postal-address', rule: 'SND-02', fix: findings[0].fix, findings: findings.map(({ message, fix }) => ({ problem: message, fix })) });
  const smtp = answers.smtp === undefined ? undefined : smtpAccount(answers.smtp, options);
  return configTemplate({
    company: {
      name, postalAddress, establishmentCountry: (options.establishmentCountry ?? country).toUpperCase(), privacyContact: answers.privacyContact ?? '',
      ...(answers.dpo === undefined ? {} : { dpo: answers.dpo }), ...(answers.supervisoryAuthority === undefined ? {} : { supervisoryAuthority: answers.supervisoryAuthority }),
    },
    publicUrl, port: Number(answers.port ?? loopbackPort(publicUrl) ?? 3000), smtp, dnsZoneFile: smtp === undefined || isLoopbackHost(smtp.host) ? './zone.txt' : undefined, mailFolder: answers.mailFolder ?? './mail', testRecipients: recipients, services: servicesAsked(answers),
    sender: {
      id: sender, fromName, fromAddress, replyToMonitored: options.replyToMonitored ?? false, ...(replyTo === undefined ? {} : { replyTo }),
      dkim: { selector: options.dkimSelector ?? 'outright', keyFile: `./${dkimKeyPath(options.dkimSelector ?? 'outright', fromAddress)}` }, ...(smtp === undefined ? {} : { smtp: 'main' }),
    },
  });
}

function smtpAccount(text: string, { smtpSecurity, smtpUser, smtpPasswordEnv, smtpPasswordFile }: InitOptions) {
  const { host, port } = hostAndPort(text);
  const security = (smtpSecurity ?? (isLoopbackHost(host) ? 'none' : port === 465 ? 'tls' : 'starttls')) as 'none' | 'starttls' | 'tls';
  return {
    host, port, security, ...(smtpUser === undefined ? {} : { user: smtpUser }),
    ...(smtpPasswordEnv === undefined ? {} : { passwordEnv: smtpPasswordEnv }), ...(smtpPasswordFile === undefined ? {} : { passwordFile: smtpPasswordFile }),
  };
}

/** Never over another file, and readable by its owner only. */
function writeNew(path: string, text: string): void {
  const handle = openSync(path, 'wx', 0o600);
  try {
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
}
