import { run } from './program.js';

const interruption = new AbortController();
// The first interrupt lets work in hand end; the second is for the impatient.
process.once('SIGINT', () => {
  interruption.abort();
  process.once('SIGINT', () => process.exit(130));
});
process.once('SIGTERM', () => interruption.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd(), interrupted: interruption.signal,
});
