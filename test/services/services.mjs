import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWERS } from './answers.mjs';
import { say, ServicesFailure } from './failure.mjs';
import { FOLDERS, HOST, SOURCES } from './folders.mjs';
import { CLASS_PATH, fetchJars } from './jars.mjs';
import { startKafka } from './kafka.mjs';
import { freePorts } from './ports.mjs';
import { end, lastLines, launch, ready, runs } from './processes.mjs';
import { requireJava, requireRedis } from './programs.mjs';
import { readRecord, removeRecord, writeRecord } from './record.mjs';

const START_MS = 120_000;
/** How long one question may take: short while a service starts and is asked again, long when its silence counts. */
const WAIT_MS = { starting: 1_000, running: 5_000 };
const NAMES = { redis: 'Redis', mongo: 'MongoDB stand-in', kafka: 'Kafka' };
const addressOf = ({ mongoUrl, kafkaBrokers, redisUrl }) => ({ redis: redisUrl, mongo: mongoUrl, kafka: kafkaBrokers?.join(',') });
const complete = (record) => addressOf(record).kafka !== undefined && Object.keys(NAMES).every((name) => record.pids[name] !== undefined);

/** Starts what is not running yet; returns when each service answers. Whatever fails or interrupts it, nothing half started stays. */
export async function up(interrupted) {
  const before = readRecord();
  if (before !== undefined) {
    const dead = Object.keys(NAMES).filter((name) => before.pids[name] === undefined || !runs(before.pids[name]));
    if (dead.length === 0 && complete(before)) {
      say('The services are already running:');
      return tell(before);
    }
    for (const name of dead) say(`${NAMES[name]} is no longer running.\n${lastLines(name)}`);
    say('Starting all anew.');
    await down();
  }
  requireJava();
  requireRedis();
  for (const folder of [FOLDERS.logs, FOLDERS.data]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  fetchJars();
  try {
    await start(interrupted);
  } catch (error) {
    await down(() => undefined);
    throw error;
  }
}

async function start(interrupted) {
  const [redisPort, mongoPort, kafkaPort, controllerPort] = await freePorts(4);
  const addresses = { mongoUrl: `mongodb://${HOST}:${mongoPort}`, kafkaBrokers: [`${HOST}:${kafkaPort}`], redisUrl: `redis://${HOST}:${redisPort}` };
  const pids = {};
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  const launched = async (name, starting) => {
    say(`Starting ${NAMES[name]} …`);
    const service = await starting();
    pids[name] = { pid: service.pid, started: service.started };
    writeRecord({ pids });
    await ready(service, NAMES[name], () => ANSWERS[name](addresses, WAIT_MS.starting), START_MS, signal);
    say(`${NAMES[name]} answers.`);
  };
  await Promise.allSettled([
    launched('redis', async () => launch('redis', 'redis-server', ['--bind', HOST, '--port', String(redisPort), '--save', '', '--appendonly', 'no', '--dir', FOLDERS.data])),
    launched('mongo', async () => launch('mongo', 'java', ['-Xmx512m', '-cp', CLASS_PATH, join(SOURCES, 'StandInMongo.java'), HOST, String(mongoPort)])),
    launched('kafka', () => startKafka(kafkaPort, controllerPort)),
  ].map((starting) => starting.catch((error) => failed.abort(error))));
  if (signal.aborted) throw signal.reason;
  const record = { ...addresses, pids };
  writeRecord(record);
  tell(record);
}

/** Ends the recorded processes and removes their data; logs and jars stay. */
export async function down(tellThat = say) {
  const record = readRecord();
  if (record === undefined) return tellThat('No services are running.');
  const ended = await Promise.all(Object.entries(record.pids).map(async ([name, recorded]) => {
    const ran = await end(recorded);
    tellThat(ran ? `${NAMES[name]} has ended.` : `${NAMES[name]} was not running any more; nothing was ended in its place.`);
  }));
  rmSync(FOLDERS.data, { recursive: true, force: true });
  removeRecord();
  return ended;
}

/** Asks each service in its own protocol; throws unless all answer. */
export async function status() {
  const record = readRecord();
  if (record === undefined) throw new ServicesFailure('No services are running.', 'Start them with npm run services:up.');
  if (!complete(record)) throw new ServicesFailure('A start of the services is under way, or was interrupted.', 'Wait for it, or run npm run services:up again.');
  const silent = [];
  for (const name of Object.keys(NAMES)) {
    const state = !runs(record.pids[name]) ? 'has died' : await ANSWERS[name](record, WAIT_MS.running).then(() => 'answers', () => 'runs, but does not answer');
    say(`${NAMES[name]} ${state}: ${addressOf(record)[name]}, pid ${record.pids[name].pid}`);
    if (state !== 'answers') silent.push(name);
  }
  if (silent.length > 0) throw new ServicesFailure(silent.map(lastLines).join('\n'), 'Run npm run services:down, then npm run services:up.');
}

/** Writes the address of one service, for a command line. */
export function address(name) {
  const record = readRecord();
  if (record === undefined || !complete(record)) throw new ServicesFailure('No services are running.', 'Start them with npm run services:up.');
  if (!(name in NAMES)) throw new ServicesFailure(`There is no service ${name}.`, `Name one of: ${Object.keys(NAMES).join(', ')}.`);
  say(addressOf(record)[name]);
}

function tell(record) {
  for (const [name, address] of Object.entries(addressOf(record))) say(`  ${address}  ${NAMES[name]}, pid ${record.pids[name].pid}`);
  say(`Addresses are in ${FOLDERS.record}, logs in ${FOLDERS.logs}.`);
}
