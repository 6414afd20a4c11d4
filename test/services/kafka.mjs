import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServicesFailure } from './failure.mjs';
import { FOLDERS, HOST } from './folders.mjs';
import { CLASS_PATH } from './jars.mjs';
import { launch } from './processes.mjs';

const HEAP = '-Xmx512m';

/** One node that is broker and controller; topics are made by whoever needs them, with their own partition counts. */
const properties = (port, controllerPort, data) => `
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}
advertised.listeners=PLAINTEXT://${HOST}:${port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@${HOST}:${controllerPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
log.retention.ms=-1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`;

export async function startKafka(port, controllerPort) {
  const folder = join(FOLDERS.data, 'kafka');
  const file = join(FOLDERS.data, 'kafka.properties');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, properties(port, controllerPort, folder).trimStart());
  const clusterId = randomBytes(16).toString('base64url');
  try {
    await promisify(execFile)('java', [HEAP, '-cp', CLASS_PATH, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file]);
  } catch (error) {
    throw new ServicesFailure(`Kafka's folder could not be formatted.\n${String(error.stderr).trim().split('\n').slice(-5).join('\n')}`, 'Is there room on the disk? Run npm run services:up again.');
  }
  return launch('kafka', 'java', [HEAP, '-cp', CLASS_PATH, 'kafka.Kafka', file]);
}
