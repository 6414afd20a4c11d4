import { BadInput } from '#kernel/errors';
import type { Cli } from './cli.js';
import type { EngineOptions } from './engine-answers.js';
import { readLines } from './io.js';
import { usage } from './failures.js';

export interface InitOptions extends EngineOptions {
  readonly yes?: boolean;
  readonly name?: string; readonly street?: string; readonly locality?: string; readonly region?: string; readonly postcode?: string; readonly country?: string;
  readonly poBoxRegistered?: boolean; readonly establishmentCountry?: string;
  readonly privacyContact?: string; readonly dpo?: string; readonly supervisoryAuthority?: string;
  readonly publicUrl?: string; readonly port?: string;
  readonly sender?: string; readonly fromName?: string; readonly fromAddress?: string; readonly replyTo?: string; readonly replyToMonitored?: boolean; readonly dkimSelector?: string;
  readonly smtp?: string; readonly smtpSecurity?: string; readonly smtpUser?: string; readonly smtpPasswordEnv?: string; readonly smtpPasswordFile?: string;
  readonly mailFolder?: string; readonly testRecipients?: string;
}

type TextKey = { [K in keyof InitOptions]-?: InitOptions[K] extends string | undefined ? K : never }[keyof InitOptions];

interface Question {
  readonly key: TextKey;
  readonly flag: string;
  readonly ask: string;
  /** Taken when nothing is answered; `undefined` means that an answer is needed, `''` that none is. */
  readonly standard: (known: Partial<Record<TextKey, string>>) => string | undefined;
  /** The engine that it is asked for; every one, if none is said. */
  readonly engine?: 'distributed';
}

const needed = (): undefined => undefined;
const none = (): string => '';

const QUESTIONS: readonly Question[] = [
  { key: 'name', flag: '--name', ask: 'Legal name of the company', standard: needed },
  { key: 'street', flag: '--street', ask: 'Street and number', standard: needed },
  { key: 'postcode', flag: '--postcode', ask: 'Postcode', standard: needed },
  { key: 'locality', flag: '--locality', ask: 'Town', standard: needed },
  { key: 'region', flag: '--region', ask: 'Region or state, if any', standard: none },
  { key: 'country', flag: '--country', ask: 'Country (two letters, e.g. EE)', standard: needed },
  { key: 'privacyContact', flag: '--privacy-contact', ask: 'Privacy contact that recipients can write to', standard: needed },
  { key: 'dpo', flag: '--dpo', ask: 'Data protection officer, if any', standard: none },
  { key: 'supervisoryAuthority', flag: '--supervisory-authority', ask: 'Supervisory authority, if known', standard: none },
  { key: 'publicUrl', flag: '--public-url', ask: 'Public address of this app', standard: ({ port }) => `http://127.0.0.1:${port ?? '3000'}` },
  { key: 'sender', flag: '--sender', ask: 'Short name of the first sender', standard: () => 'sales' },
  { key: 'fromName', flag: '--from-name', ask: 'Name that recipients see', standard: ({ name }) => name },
  { key: 'fromAddress', flag: '--from-address', ask: 'Address that messages come from', standard: needed },
  { key: 'replyTo', flag: '--reply-to', ask: 'Reply-to address, if another', standard: none },
  { key: 'smtp', flag: '--smtp', ask: 'SMTP server as host:port, or nothing to write mail into a folder', standard: none },
  { key: 'engine', flag: '--engine', ask: 'Engine: embedded (this machine, nothing to start) or distributed (Kafka, MongoDB, Redis)', standard: () => 'embedded' },
  { key: 'mongo', flag: '--mongo', ask: 'MongoDB of the log, like mongodb://host:27017/outright; with a password env:NAME or file:PATH', standard: needed, engine: 'distributed' },
  { key: 'vault', flag: '--vault', ask: 'MongoDB of the keys, another database than that of the log', standard: needed, engine: 'distributed' },
  { key: 'redis', flag: '--redis', ask: 'Redis, like redis://host:6379; with a password env:NAME or file:PATH', standard: needed, engine: 'distributed' },
  { key: 'kafka', flag: '--kafka', ask: 'Kafka brokers as host:port, separated by commas', standard: needed, engine: 'distributed' },
  { key: 'kafkaPartitions', flag: '--kafka-partitions', ask: 'Partitions of each topic, for ever', standard: () => '12', engine: 'distributed' },
  { key: 'kafkaReplicas', flag: '--kafka-replicas', ask: 'Brokers that keep each topic', standard: () => '3', engine: 'distributed' },
];

/** Answers from the options, and from the person where one is at a terminal; otherwise everything needed must be given. */
export async function initAnswers(cli: Cli, options: InitOptions): Promise<Partial<Record<TextKey, string>>> {
  const known: Partial<Record<TextKey, string>> = Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value === 'string'));
  const asks = cli.interactive && options.yes !== true;
  const missing: string[] = [];
  for (const { key, flag, ask, standard, engine } of QUESTIONS) {
    if (known[key] !== undefined || (engine !== undefined && known.engine !== engine)) continue;
    const fallback = standard(known);
    const answer = asks ? await answerTo(cli, ask, fallback) : fallback;
    if (answer === undefined) missing.push(flag);
    else if (answer !== '') known[key] = answer;
  }
  if (missing.length > 0) throw usage(`init needs ${missing.join(', ')}.`, 'Give these options, or run `outright init` in a terminal and answer its questions.');
  return known;
}

/** At most ten, from standard input, because they are people's addresses. */
export async function testRecipients(cli: Cli, options: InitOptions): Promise<string[]> {
  if (options.testRecipients === undefined) {
    if (!cli.interactive || options.yes === true) return [];
    return (await cli.ask('Addresses for test messages, at most ten, separated by commas, or nothing: ')).split(',').map((address) => address.trim()).filter((address) => address !== '');
  }
  if (options.testRecipients !== '-') throw usage('--test-recipients reads addresses from standard input.', 'Write `--test-recipients -` and give one address a line.');
  return readLines(cli.io.stdin);
}

/** `host:port` of an SMTP server. */
export function hostAndPort(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text);
  if (match === null || Number(match[3]) > 65_535) throw new BadInput('--smtp is not host:port.', { code: 'usage', fix: 'Write it like mail.example.test:587.' });
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
}

async function answerTo(cli: Cli, question: string, fallback: string | undefined): Promise<string> {
  for (;;) {
    const answer = await cli.ask(`${question}${fallback === undefined || fallback === '' ? '' : ` [${fallback}]`}: `);
    if (answer !== '') return answer;
    if (fallback !== undefined) return fallback;
    cli.note('  This is needed.');
  }
}
