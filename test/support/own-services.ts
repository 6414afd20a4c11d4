import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runningServices, type Services } from '#engine/distributed/services.fixture';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { tempFolder } from './temp-folder.js';
import { waitFor } from './wait-for.js';

const HOST = '127.0.0.1';
const START_MS = 120_000;
/** Small, and soon there rather than fast. */
const JAVA = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A service that belongs to one file of tests, which may stop, kill and start it while others go on undisturbed. */
abstract class OwnService {
  private child: ChildProcess | undefined;
  protected readonly folder = tempFolder('own-service');

  protected abstract command(): readonly [string, readonly string[]];
  protected abstract answers(): Promise<unknown>;

  async start(): Promise<void> {
    const [program, args] = this.command();
    const child = spawn(program, args, { stdio: 'ignore' });
    this.child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    await waitFor(`${program} to answer`, async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${args.join(' ')}`);
      return this.answers().then(() => true, () => false);
    }, START_MS);
  }

  /** Ends it; what it has on disk stays. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }
}

export class OwnKafka extends OwnService {
  private readonly file = join(this.folder, 'kafka.properties');

  private constructor(private readonly port: number) {
    super();
  }

  static async open(): Promise<OwnKafka> {
    const [port, controllerPort] = await freePorts(2) as [number, number];
    const kafka = new OwnKafka(port);
    const data = join(kafka.folder, 'data');
    mkdirSync(data);
    const text = readFileSync('test/services/kafka.properties', 'utf8');
    writeFileSync(kafka.file, text.replaceAll('@HOST@', HOST).replaceAll('@PORT@', String(port)).replaceAll('@CONTROLLER_PORT@', String(controllerPort)).replaceAll('@DATA@', data));
    await promisify(execFile)('java', [...JAVA, '-cp', jars(), 'kafka.tools.StorageTool', 'format', '-t', 'b3V0cmlnaHQtZmF1bHRzMA', '-c', kafka.file]);
    await kafka.start();
    return kafka;
  }

  get brokers(): string[] {
    return [`${HOST}:${this.port}`];
  }

  protected command() {
    return ['java', [...JAVA, '-cp', jars(), 'kafka.Kafka', this.file]] as const;
  }

  protected answers() {
    const client = new KafkaClient({ brokers: this.brokers, clientId: 'outright-test' });
    return client.administer((admin) => admin.describeCluster());
  }
}

export class OwnRedis extends OwnService {
  private constructor(private readonly port: number) {
    super();
  }

  static async open(): Promise<OwnRedis> {
    const redis = new OwnRedis((await freePorts(1))[0]!);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://${HOST}:${this.port}`;
  }

  /** Everything in it is gone, as after a restart of a Redis that keeps nothing. */
  async flush(): Promise<void> {
    await redisSays(this.port, 'FLUSHALL', '+OK');
  }

  protected command() {
    return ['redis-server', ['--bind', HOST, '--port', String(this.port), '--save', '', '--appendonly', 'no', '--dir', this.folder]] as const;
  }

  protected answers() {
    return redisSays(this.port, 'PING', '+PONG');
  }
}

/** From here on tests of this file find these in the place of the services that all share. */
export function useServices(own: Partial<Services>): void {
  const file = join(tempFolder('own-services'), 'services.json');
  writeFileSync(file, JSON.stringify({ ...runningServices(), ...own }));
  process.env['OUTRIGHT_SERVICES'] = file;
}

/** Those that `npm run services:up` has fetched. */
const LIBRARY = resolve(dirname(process.env['OUTRIGHT_SERVICES'] ?? '.services/services.json'), 'lib');
const jars = (): string => join(LIBRARY, '*');

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((done) => {
    const server = createServer().listen(0, HOST, () => done(server));
  })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function redisSays(port: number, command: string, answer: string): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(port, HOST, () => socket.write(`${command}\r\n`));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`Redis gave no answer to ${command}.`)));
    socket.once('error', failed).once('close', () => failed(new Error('Redis closed the connection.')));
    socket.once('data', (said) => {
      if (said.toString().startsWith(answer)) done();
      else failed(new Error(`Redis said ${said.toString().trim()} to ${command}.`));
      socket.end();
    });
  });
}
