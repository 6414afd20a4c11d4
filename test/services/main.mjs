import { say, ServicesFailure } from './failure.mjs';
import { address, down, status, up } from './services.mjs';

const HELP = `Kafka, a MongoDB-protocol server and Redis for npm run test:distributed, without Docker.

  npm run services:up       starts them on free loopback ports and waits until each answers; those that run stay
  npm run services:status   asks each; exit code 1 unless all answer
  npm run services:down     ends them and removes their data
  node test/services/main.mjs address mongo|kafka|redis   where one of them is

Needs a JDK 17 or newer, Maven (for the first start) and redis-server. Addresses and process ids are written to
.services/services.json, logs to .services/logs, jars to .services/lib. OUTRIGHT_SERVICES_FOLDER names another folder.`;

const interruption = new AbortController();
const COMMANDS = { up: () => up(interruption.signal), down: () => down(), status, address: () => address(rest[0]) };
const [command, ...rest] = process.argv.slice(2);
const arity = command === 'address' ? 1 : 0;

if (rest.includes('--help') || command === '--help') {
  say(HELP);
} else if (!(command in COMMANDS) || rest.length !== arity) {
  process.stderr.write(`${HELP}\n`);
  process.exitCode = 2;
} else {
  // The services are in process groups of their own: an interrupt reaches only this script, which ends what it has started.
  if (command === 'up') for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interruption.abort(new ServicesFailure('Interrupted; what was started has been ended.', '')));
  try {
    await COMMANDS[command]();
    process.exitCode = 0;
  } catch (error) {
    if (!(error instanceof ServicesFailure)) throw error;
    process.stderr.write(`${error.message}\n${error.fix}`.trimEnd() + '\n');
    process.exitCode = interruption.signal.aborted ? 130 : 1;
  }
}
