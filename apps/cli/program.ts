import { Command } from 'commander';
import { EXIT, type ExitCode } from '#kernel/errors';
import { Cli, type Act } from './cli.js';
import type { GlobalOptions } from './connection.js';
import { failureOf, failureText } from './failures.js';
import type { Io } from './io.js';
import { auditVerbs } from './verbs/audit.js';
import { backupVerbs } from './verbs/backup.js';
import { campaignVerbs } from './verbs/campaign.js';
import { clocksVerb } from './verbs/clocks.js';
import { deadLetterVerbs } from './verbs/dead-letters.js';
import { doctorVerb } from './verbs/doctor.js';
import { importVerb } from './verbs/import.js';
import { initVerb } from './verbs/init.js';
import { keyVerbs } from './verbs/key.js';
import { liaVerbs } from './verbs/lia.js';
import { optOutVerbs } from './verbs/optout.js';
import { prepareVerb } from './verbs/prepare.js';
import { reportVerb } from './verbs/report.js';
import { senderVerbs } from './verbs/sender.js';
import { serveVerb } from './verbs/serve.js';
import { suppressVerbs } from './verbs/suppress.js';
import { unknownVerbs } from './verbs/unknown.js';

const VERBS = [
  initVerb, prepareVerb, serveVerb, doctorVerb, keyVerbs, senderVerbs, liaVerbs, importVerb, suppressVerbs, optOutVerbs,
  campaignVerbs, unknownVerbs, deadLetterVerbs, clocksVerb, reportVerb, backupVerbs, auditVerbs,
];

const EXIT_CODES = `
Exit codes: 0 done · 1 fault · 2 usage or bad file · 3 refused by a rule, nothing changed · 4 done with refused rows ·
5 verification failed or a clock overdue · 6 folder busy or server unreachable · 130 interrupted, resumable`;

function withGlobals(command: Command): Command {
  return command
    .option('--data <folder>', 'folder with outright.yaml (default: OUTRIGHT_DATA or here)')
    .option('--url <address>', 'talk to the app there instead (or OUTRIGHT_URL)')
    .option('--key <key>', 'API key for --url (better: OUTRIGHT_KEY)')
    .option('--json', 'print one JSON document');
}

/**
 * Runs one command line.
 * @param argv what follows the program's name
 * @returns the exit code, as pinned in the surfaces
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const act: Act = (command, work) => {
    withGlobals(command).action(async (...given: unknown[]) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      exit = (await work(new Cli(io, options), options as never, ...(given.slice(0, -2) as never))) ?? EXIT.done;
    });
  };
  const program = withGlobals(new Command('outright'))
    .description('Lawful outreach you can prove.')
    .addHelpText('after', EXIT_CODES)
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => undefined });
  for (const verb of VERBS) verb(program, act);
  inherit(program);
  if (argv.length === 0) {
    io.stdout.write(program.helpInformation() + EXIT_CODES + '\n');
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.exit === EXIT.done) return EXIT.done;
    if (argv.includes('--json')) io.stdout.write(`${JSON.stringify(failure.problem, null, 2)}\n`);
    else io.stderr.write(failureText(failure.problem));
    if (failure.exit === EXIT.fault && io.env['OUTRIGHT_DEBUG'] === '1') io.stderr.write(`${error instanceof Error ? (error.stack ?? '') : 'no stack'}\n`);
    return io.interrupted.aborted ? EXIT.interrupted : failure.exit;
  }
}

/** Commands made by hand do not inherit how the program writes and exits. */
function inherit(parent: Command): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent).helpCommand(false);
    inherit(child);
  }
}
