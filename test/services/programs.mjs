import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say, ServicesFailure } from './failure.mjs';

const OLDEST_JAVA = 17;

const run = (command, args, options = {}) => spawnSync(command, args, { encoding: 'utf8', ...options });
const installable = () => process.getuid?.() === 0 && existsSync('/etc/debian_version') && run('apt-get', ['--version']).status === 0;

export function requireJava() {
  const answer = run('java', ['-version']);
  const fix = `Install a JDK ${OLDEST_JAVA} or newer (Debian: default-jdk-headless) and have java on the PATH.`;
  if (answer.error !== undefined || answer.status !== 0) throw new ServicesFailure('Kafka and the MongoDB stand-in need Java, and there is no java that runs.', fix);
  const [, major] = /version "(?:1\.)?(\d+)/.exec(answer.stderr) ?? [];
  if (!(Number(major) >= OLDEST_JAVA)) throw new ServicesFailure(`The java on the PATH is release ${major ?? 'unknown'}; ${OLDEST_JAVA} or newer is needed.`, fix);
  if (!run('java', ['--list-modules']).stdout.includes('jdk.compiler')) {
    throw new ServicesFailure('The java on the PATH is a runtime without compiler; the launcher of the MongoDB stand-in is compiled as it starts.', fix);
  }
}

export function requireMaven() {
  const answer = run('mvn', ['-v']);
  if (answer.error === undefined && answer.status === 0) return;
  throw new ServicesFailure('The jars come through Maven, and there is no mvn that runs.', 'Install Maven (Debian: maven) and have mvn on the PATH.');
}

/** Redis comes from the distribution; on Debian root has it installed. */
export function requireRedis() {
  if (run('redis-server', ['--version']).status === 0) return;
  if (installable()) {
    say('Installing redis-server from the distribution …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], { env });
    const answer = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env });
    if (run('redis-server', ['--version']).status === 0) return;
    throw new ServicesFailure(`apt-get could not install redis-server.\n${answer.stderr}`, 'Install the package redis-server by hand.');
  }
  throw new ServicesFailure('There is no redis-server on the PATH.', 'Install Redis (Debian and Ubuntu: redis-server, Fedora and Homebrew: redis).');
}
