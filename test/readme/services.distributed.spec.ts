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
  const port = await freePort();
  // Names of this run, on the services that run already.
  const own = (line: string) => line.replaceAll('/outright_keys', `/${services.prefix}_keys`).replaceAll('mongo)/outright"', `mongo)/${services.prefix}"`).replaceAll('--kafka-prefix outright', `--kafka-prefix ${services.prefix}`).replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`);
  const [setUp = [], serve = [], launch = [], leave = []] = shellBlocks('On Kafka, MongoDB and Redis').map((lines) => lines.map(own));
  expect([setUp.slice(0, 2), serve.length, launch.at(-1), leave.some((line) => line.includes('audit replay'))]).toEqual([['npm run build', 'npm run services:up'], 1, expect.stringContaining('campaign launch'), true]);
  const folder = await checkout();
  const environment = { OUTRIGHT_DATA: 'my-services' };
  await runLines(setUp.slice(2), folder, environment);
  const app = shell(serve[0] ?? '', folder, environment);
  await waitFor('the app', () => app.said().includes('Outright answers on'), 30_000);
  await runLines(launch, folder, environment);
  await waitFor('mail in the folder', () => readdirSync(join(folder, 'my-services', 'mail'), { recursive: true }).some((name) => String(name).endsWith('.eml')), 30_000);
  await runLines(leave, folder, environment);
}, 180_000);
