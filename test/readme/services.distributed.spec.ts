import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { bareServices } from '#test/support/bare-services';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { checkout, endShells, runLines, shell, shellBlocks } from './walk.js';

const services = bareServices();
afterEach(async () => {
  await endShells();
  await services.remove();
});
afterAll(removeTempFolders);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('the walk of the README on services runs line by line: prepared, launched, unsubscribed by a click, replayed from Kafka', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  // Names of this run, on the services that run already.
  const own = (line: string) => line.replaceAll('/outright_keys', `/${services.prefix}_keys`).replaceAll('mongo)/outright"', `mongo)/${services.prefix}"`).replaceAll('--kafka-prefix outright', `--kafka-prefix ${services.prefix}`).replace(/127\.0\.0\.1:300([0-2])/g, (_, at: string) => `127.0.0.1:${ports[Number(at)]}`);
  const [setUp = [], serve = [], launch = [], leave = []] = shellBlocks('On Kafka, MongoDB and Redis').map((lines) => lines.map(own));
  expect([setUp.slice(0, 2), serve.map((line) => /--roles (\w+)/.exec(line)?.[1]), launch.at(-1), leave.some((line) => line.includes('audit replay'))]).toEqual([['npm run build', 'npm run services:up'], ['api', 'recipient', 'worker'], expect.stringContaining('campaign launch'), true]);
  const folder = await checkout();
  const environment = { OUTRIGHT_DATA: 'my-services' };
  await runLines(setUp.slice(2), folder, environment);
  const apps = serve.map((line) => shell(line, folder, environment));
  await waitFor('the processes', () => apps.every((app) => app.said().includes('Outright answers on')), 60_000);
  await runLines(launch, folder, environment);
  await waitFor('mail in the folder', () => readdirSync(join(folder, 'my-services', 'mail'), { recursive: true }).some((name) => String(name).endsWith('.eml')), 30_000);
  await runLines(leave, folder, environment);
}, 180_000);
