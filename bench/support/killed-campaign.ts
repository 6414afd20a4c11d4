import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MovableClock } from '#engine/clock/movable.clock';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { TEST_START, testEngine } from '#test/support/engine';
import { tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { realSink } from './real-sink.js';
import { sendingRig } from './sending-rig.js';

export const PEOPLE = 12;
export const CONNECTIONS = 2;

/**
 * Runs a campaign in a process of its own that dies at a fault point, then opens its folder again and lets the campaign end. What
 * arrived is what a receiver outside both processes got.
 */
export async function killedCampaign(point: string) {
  const folder = tempFolder('crash');
  const sink = await realSink();
  const signal = await dies(point, folder, sink.port);
  const transport = new SmtpMailTransport({ host: '127.0.0.1', port: sink.port, security: 'none', clientName: 'localhost' });
  const rig = await sendingRig({ transport, connections: CONNECTIONS, test: await testEngine(folder, new MovableClock(TEST_START)) });
  await rig.runner.start();
  for (const campaignId of await rig.reader.open()) await waitFor('the campaign to end', async () => (await rig.reader.byId(campaignId))?.state === 'finished');
  await rig.catchUp.readModels();
  const facts = await rig.history();
  const of = (type: string) => facts.filter((fact) => fact.type === type).map(({ data }) => data as { dispatchId: string; contactId: string; campaignId: string });
  return {
    signal, rig, markers: sink.received.map(({ marker }) => marker), authorised: of('DispatchAuthorized'), handedOff: of('EmailHandedOff'), unknown: of('DispatchOutcomeUnknown'),
    async close() {
      await rig.close();
      await sink.stop();
    },
  };
}

async function dies(point: string, folder: string, port: number): Promise<string | null> {
  const child = fork(join(process.cwd(), 'bench/support/doomed-sender.ts'), [folder, String(port), String(PEOPLE), String(CONNECTIONS)], {
    execArgv: ['--conditions=source', '--import', join(process.cwd(), 'bench/support/typescript.mjs')],
    env: { ...process.env, NODE_OPTIONS: '', OUTRIGHT_FAULT_TESTS: '1', OUTRIGHT_FAULT_POINT: point }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal;
}
