import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServicesFailure } from './failure.mjs';
import { FOLDERS, HOST, SOURCES } from './folders.mjs';
import { CLASS_PATH } from './jars.mjs';
import { launch } from './processes.mjs';

const HEAP = '-Xmx512m';

/** One node that is broker and controller; topics are made by whoever needs them, with their own partition counts. */
const properties = (port, controllerPort, data) => readFileSync(join(SOURCES, 'kafka.properties'), 'utf8')
  .replaceAll('@HOST@', HOST).replaceAll('@PORT@', port).replaceAll('@CONTROLLER_PORT@', controllerPort).replaceAll('@DATA@', data);

export async function startKafka(port, controllerPort) {
  const folder = join(FOLDERS.data, 'kafka');
  const file = join(FOLDERS.data, 'kafka.properties');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, properties(port, controllerPort, folder));
  const clusterId = randomBytes(16).toString('base64url');
  try {
    await promisify(execFile)('java', [HEAP, '-cp', CLASS_PATH, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file]);
  } catch (error) {
    throw new ServicesFailure(`Kafka's folder could not be formatted.\n${String(error.stderr).trim().split('\n').slice(-5).join('\n')}`, 'Is there room on the disk? Run npm run services:up again.');
  }
  return launch('kafka', 'java', [HEAP, '-cp', CLASS_PATH, 'kafka.Kafka', file]);
}
