import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import nodemailer from 'nodemailer';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { readMessage } from '#campaigns/domain/mime-reader';
import { testEngine } from '#test/support/engine';
import { ageContacts } from './support/history.js';
import { modelThread } from './support/model-thread.js';
import { sendingRig, type SendingRig } from './support/sending-rig.js';
import { threadTo } from './support/sending-thread.js';
import { startSink, type Sink } from './support/sink.js';
import { spreadOf, spreadText, type Spread } from './support/spread.js';

export interface SendBenchOptions { /** Of one round. */ readonly messages?: number; readonly rounds?: number; readonly connections?: number; readonly priorEvents?: number }
export interface SendBenchResult { readonly priorEvents: number; readonly messages: number; readonly ratio: Spread; readonly ours: Spread; readonly rival: Spread; readonly messageBytes: number }

const WARM_UP = 2_000;

interface Letter { readonly from: string; readonly to: string; readonly replyTo: string; readonly subject: string; readonly text: string; readonly html: string; readonly headers: Record<string, string> }

/**
 * B1: the whole way of a message — authorisation with a durable record, rendering, MIME, SMTP, durable outcome — against a pooled
 * nodemailer that composes the same mail and records nothing. Both in this process in turn, to a sink in another one.
 */
export async function run({ messages = 10_000, rounds = 3, connections = 10, priorEvents = 2 }: SendBenchOptions = {}): Promise<SendBenchResult> {
  const sink = await startSink();
  const rig = await sendingRig({ transport: new SmtpMailTransport({ host: '127.0.0.1', port: sink.port, security: 'none', clientName: 'localhost' }), thread: threadTo(sink.port), connections, test: await testEngine(undefined, undefined, modelThread) });
  const pool = nodemailer.createTransport({ host: '127.0.0.1', port: sink.port, secure: false, ignoreTLS: true, pool: true, maxConnections: connections, maxMessages: Infinity });
  try {
    await rig.runner.start();
    const sample = await letterOf(rig, await ourRound(rig, sink, 'warm-up', Math.min(WARM_UP, messages), priorEvents));
    await rivalRound(pool, sink, sample, Math.min(WARM_UP, messages));
    const ours: number[] = [];
    const rival: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      ours.push((await ourRound(rig, sink, `round-${round}`, messages, priorEvents)).perSecond);
      rival.push(await rivalRound(pool, sink, sample, messages));
    }
    return { priorEvents, messages, ratio: spreadOf(ours.map((own, i) => own / (rival[i] as number))), ours: spreadOf(ours), rival: spreadOf(rival), messageBytes: sample.text.length + sample.html.length };
  } finally {
    pool.close();
    await rig.close();
    sink.stop();
  }
}

interface Round { readonly perSecond: number; readonly campaignId: string; readonly contactId: string }

async function ourRound(rig: SendingRig, sink: Sink, name: string, size: number, priorEvents: number): Promise<Round> {
  const ids = await rig.addPeople(Array.from({ length: size }, (_, i) => `${name}.${i}@buyer${i % 97}.example`), {}, name);
  await ageContacts(rig, ids, priorEvents);
  const startAt = new Date(rig.clock.now().getTime() + 3_600_000);
  const { campaignId } = await rig.launch({ name, imports: name, start: startAt.toISOString() });
  sink.reset();
  await pauseForGarbage();
  rig.clock.advanceTo(startAt);
  const began = performance.now();
  await rig.engine.wakeUps.nudge();
  while ((await rig.runner.status(campaignId)) !== undefined) await new Promise((resolve) => setTimeout(resolve, 2));
  const seconds = (performance.now() - began) / 1000;
  await expectCount(sink, size);
  return { perSecond: size / seconds, campaignId, contactId: ids[0] as string };
}

async function rivalRound(pool: ReturnType<typeof nodemailer.createTransport>, sink: Sink, letter: Letter, size: number): Promise<number> {
  sink.reset();
  await pauseForGarbage();
  const began = performance.now();
  await Promise.all(Array.from({ length: size }, (_, i) => pool.sendMail({ ...letter, to: `rival.${i}@buyer${i % 97}.example` })));
  const seconds = (performance.now() - began) / 1000;
  await expectCount(sink, size);
  return size / seconds;
}

/** What one recipient got, as input for the other side. */
async function letterOf(rig: SendingRig, { campaignId, contactId }: Round): Promise<Letter> {
  const view = await rig.reader.byId(campaignId);
  const template = view === undefined ? undefined : await rig.reader.template(view.templateVersion);
  const { contact } = await rig.gate.preview(contactId, 'x', await rig.reader.dispatchContext(campaignId));
  if (view === undefined || template === undefined || contact === undefined) throw new Error('The warm-up left nothing behind.');
  const message = await rig.composer.compose({ campaign: view, template, dispatchId: await rig.runner.dispatchId(campaignId, contactId), at: rig.clock.now(), to: { contact } });
  const read = readMessage(message.raw);
  const header = (wanted: string) => read.headers.find(({ name }) => name === wanted)?.value ?? '';
  return {
    from: header('From'), to: header('To'), replyTo: header('Reply-To'), subject: read.subject, text: read.text, html: read.html,
    headers: { 'List-Unsubscribe': header('List-Unsubscribe'), 'List-Unsubscribe-Post': header('List-Unsubscribe-Post'), 'List-Id': header('List-Id') },
  };
}

async function expectCount(sink: Sink, size: number): Promise<void> {
  const { messages } = await sink.count();
  if (messages !== size) throw new Error(`The sink counted ${messages} messages instead of ${size}.`);
}

async function pauseForGarbage(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
}

export function textOf({ ratio, ours, rival, priorEvents, messages, messageBytes }: SendBenchResult): string {
  return [
    `B1 send, ${priorEvents} prior events: ${spreadText(ratio, 2)} times pooled nodemailer (min–median–max; target median 1.5)`,
    `   ours ${spreadText(ours)} msg/s: gate, fsynced intent and outcome (SQLite WAL, synchronous=FULL), MIME, SMTP`,
    `   nodemailer ${spreadText(rival)} msg/s: the same subject, text and html, nothing recorded`,
    `   ${messages.toLocaleString('en-US')} messages a round in turns, text and html ${(messageBytes / 1024).toFixed(1)} KB, every message counted at the sink`,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const messages = Number(process.argv[2] ?? 10_000);
  console.log(textOf(await run({ messages })));
  console.log(textOf(await run({ messages: Math.ceil(messages / 3), priorEvents: 100 })));
}
