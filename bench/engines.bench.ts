import 'reflect-metadata';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { testEngine } from '#test/support/engine';
import { distributedTestEngine } from './support/distributed-test-engine.js';
import { modelThread } from './support/model-thread.js';
import { paired, type Paired, type Side } from './support/paired.js';
import { sendingRig, type SendingRig } from './support/sending-rig.js';
import { threadTo } from './support/sending-thread.js';
import { startSink, type Sink } from './support/sink.js';
import { spreadText } from './support/spread.js';

export interface EnginesBenchResult { readonly messages: number; readonly sending: Paired }

const CONNECTIONS = 10;

/** The same campaign on both engines, from its start until its last message is on record, to a sink in another process. */
export async function run({ messages = 400, rounds = 3 } = {}): Promise<EnginesBenchResult> {
  const sink = await startSink();
  const services = await distributedTestEngine();
  const rigOn = (test: typeof services | Awaited<ReturnType<typeof testEngine>>) => sendingRig({
    transport: new SmtpMailTransport({ host: '127.0.0.1', port: sink.port, security: 'none', clientName: 'localhost' }), thread: threadTo(sink.port), connections: CONNECTIONS, test,
  });
  const rigs = [await rigOn(services), await rigOn(await testEngine(undefined, undefined, modelThread))] as const;
  try {
    for (const rig of rigs) await rig.runner.start();
    const [distributed, embedded] = rigs.map((rig) => campaignsOn(rig, sink));
    return { messages, sending: await paired(distributed!, embedded!, { size: messages, rounds, warmUp: Math.ceil(messages / 2) }) };
  } finally {
    for (const rig of rigs) await rig.close();
    await services.remove();
    sink.stop();
  }
}

function campaignsOn(rig: SendingRig, sink: Sink): Side {
  let number = 0;
  return async (size) => {
    const name = `round-${(number += 1)}`;
    await rig.addPeople(Array.from({ length: size }, (_, at) => `${name}.${at}@buyer${at % 97}.example`), {}, name);
    const startAt = new Date(rig.clock.now().getTime() + 3_600_000);
    const { campaignId } = await rig.launch({ name, imports: name, start: startAt.toISOString() });
    sink.reset();
    rig.clock.advanceTo(startAt);
    const began = performance.now();
    await rig.engine.wakeUps.nudge();
    while (rig.runner.status(campaignId) !== undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    const rate = size / ((performance.now() - began) / 1_000);
    const { messages } = await sink.count();
    if (messages !== size) throw new Error(`The sink got ${messages} of ${size} messages.`);
    return rate;
  };
}

export function textOf({ messages, sending }: EnginesBenchResult): string {
  return [
    `A campaign on services: ${spreadText(sending.ratio, 2)} times the embedded engine (min–median–max; no target)`,
    `   distributed ${spreadText(sending.ours)} messages/s: w majority and j, acks all, one process, ${CONNECTIONS} connections`,
    `   embedded    ${spreadText(sending.rival)} messages/s: SQLite WAL, synchronous=FULL, ${CONNECTIONS} connections`,
    `   ${messages} messages a round, ${sending.rounds} rounds in turns, every message counted at the sink`,
  ].join('\n');
}
