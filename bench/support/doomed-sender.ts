import 'reflect-metadata';
import { faultPointsOf } from '#delivery/nest/fault-points';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { MovableClock } from '#engine/clock/movable.clock';
import { TEST_START, testEngine } from '#test/support/engine';
import { sendingRig } from './sending-rig.js';

/** Sends a campaign in a process that a fault point ends: `doomed-sender <data folder> <port> <people> <connections>`. */
const [folder = '', port = '', people = '', connections = ''] = process.argv.slice(2);
const rig = await sendingRig({
  transport: new SmtpMailTransport({ host: '127.0.0.1', port: Number(port), security: 'none', clientName: 'localhost' }),
  connections: Number(connections), test: await testEngine(folder, new MovableClock(TEST_START)), faults: faultPointsOf(process.env),
});
await rig.addPeople(Array.from({ length: Number(people) }, (_, i) => `p${i}@buyer${i % 3}.example`));
await rig.runner.start();
const { campaignId } = await rig.launch();
while ((await rig.reader.byId(campaignId))?.state !== 'finished') await new Promise((resolve) => setTimeout(resolve, 20));
process.exit(0);
