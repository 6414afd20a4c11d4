import { cpSync, openSync, readSync, writeSync, closeSync, statSync, writeFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startStandalone } from '#apps/standalone/compose-standalone';
import { JsonLog } from '#apps/standalone/log';
import { Client } from '../client.js';
import type { Stage } from '../stage.js';

interface Verified { ok: boolean; events: number; streams: number; checkpoints: number; findings: { problem?: string; message?: string }[] }
interface Dispatches { items: { dispatchId: string; status: string; reasons?: string[] }[] }

export async function historyIsReplayed(stage: Stage): Promise<void> {
  const { story, api, memory, app } = stage;
  story.chapter('The officer replays the history and asks why');
  const head = await app.engine.feed.head();
  const replayed = await api.finish<{ notice: string; contactsByState: Record<string, number>; dispatchesByStatus?: Record<string, number> }>('/v1/audit/replay', { at: memory.get('beforeErasure') });
  story.say(replayed.body.notice);
  story.say(`Contacts then: ${tell(replayed.body.contactsByState)}. Dispatches then: ${tell(replayed.body.dispatchesByStatus ?? {})}.`);
  story.promise('the replay wrote nothing and sent nothing', replayed.status === 200 && (await app.engine.feed.head()) === head);
  const refused = (await api.get<Dispatches>('/v1/dispatches?status=refused&limit=1')).body.items[0];
  const sent = (await api.get<Dispatches>('/v1/dispatches?status=handed_off&limit=500')).body.items.at(-1);
  for (const [what, dispatch] of [['refused', refused], ['sent', sent]] as const) {
    const why = await api.finish<{ dispatches?: { sentences: string[] }[] }>('/v1/audit/explain', { dispatchId: dispatch?.dispatchId });
    const sentences = why.body.dispatches?.[0]?.sentences ?? [];
    story.say(`Why one was ${what}:`);
    const shown = sentences.length <= 10 ? sentences : [...sentences.slice(0, 5), `… ${sentences.length - 8} more rules that hold …`, ...sentences.slice(-3)];
    for (const sentence of shown) story.say(`  ${sentence}`);
    story.promise(`a ${what} message explains itself`, why.status === 200 && sentences.length > 3);
  }
}

export async function historyIsVerified(stage: Stage): Promise<void> {
  const { story, api, out, config, app } = stage;
  story.chapter('The history is verified, exported, and a tampered byte is found');
  const verified = await api.finish<Verified>('/v1/audit/verify');
  story.say(`${verified.body.events} events in ${verified.body.streams} streams, ${verified.body.checkpoints} signed checkpoints.`);
  story.promise('every event, chain and checkpoint verifies', verified.body.ok);
  const bundle = join(out, 'audit-bundle');
  const exported = await api.finish('/v1/audit/export', { out: bundle });
  story.promise('a signed bundle is exported', exported.status === 200);
  const second = (() => {
    try {
      return execFileSync(process.execPath, [join(bundle, 'verify-bundle.mjs'), bundle], { encoding: 'utf8' });
    } catch {
      return undefined;
    }
  })();
  story.promise('a second verifier, which shares no code with ours, agrees', second !== undefined);
  const report = await api.get<string>('/v1/report');
  writeFileSync(join(out, 'report.html'), report.body);
  story.say('report.html has the charts.');
  await app.close();
  const copy = join(out, 'tampered');
  cpSync(config.data, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  flipOneByte(join(copy, 'outright.db'));
  const tampered = await startStandalone({ config: { ...config, data: copy }, work: false, listen: false, clock: stage.clock, log: new JsonLog(() => undefined) }).then(async (running) => {
    const answer = await new Client(running.socketPath).finish<Verified>('/v1/audit/verify');
    await running.close();
    return answer.body.ok === true ? [] : (answer.body.findings ?? [{ message: 'the log could not be read' }]);
  }, (error: unknown) => [{ message: error instanceof Error ? error.message : 'the log could not be read' }]);
  for (const finding of tampered.slice(0, 3)) story.say(`found: ${JSON.stringify(finding)}`);
  story.promise('one flipped byte in a copy of the log is found', tampered.length > 0);
  rmSync(copy, { recursive: true, force: true });
}

const tell = (counts: Record<string, number>) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ');

/** Flips one byte of a recorded outcome in the file, as somebody with an editor could. */
function flipOneByte(path: string): void {
  const file = openSync(path, 'r+');
  const bytes = Buffer.alloc(statSync(path).size);
  readSync(file, bytes, 0, bytes.length, 0);
  const at = bytes.indexOf('"type":"EmailHandedOff"');
  const code = bytes.indexOf('"smtpCode":250', at);
  if (at < 0 || code < 0) throw new Error('There is no recorded outcome to tamper with.');
  writeSync(file, Buffer.from('9'), 0, 1, code + '"smtpCode":25'.length);
  closeSync(file);
}
