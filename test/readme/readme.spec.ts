import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { checkout, endShells, runLines, shell, shellBlocks } from './walk.js';

const BUILD = 'npm run build';
const ENVIRONMENT = { OUTRIGHT_DATA: 'my-outreach', OUTRIGHT_LISTEN: '127.0.0.1:0' };

afterEach(endShells);
afterAll(removeTempFolders);

it('the five-minute walk of the README runs line by line, and mail arrives in the mail folder', async () => {
  const [setUp = [], serve = [], rest = []] = shellBlocks('Your first campaign');
  expect(setUp[0]).toBe(BUILD);
  expect([serve.length, rest.length > 10]).toEqual([1, true]);
  const folder = await checkout();
  await runLines(setUp.slice(1), folder, ENVIRONMENT);
  const app = shell(serve[0] ?? '', folder, ENVIRONMENT);
  await waitFor('the app', () => app.said().includes('Outright answers on'));
  await runLines(rest, folder, ENVIRONMENT);
  const letters = (): string[] => readdirSync(join(folder, 'my-outreach', 'mail'), { recursive: true }).map(String).filter((name) => name.endsWith('.eml'));
  await waitFor('mail in the folder', () => letters().length >= 5);
  expect(existsSync(join(folder, 'my-outreach', 'report.html'))).toBe(true);
  expect(readFileSync(join(folder, 'my-outreach', 'mail', letters()[0] ?? ''), 'utf8')).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
}, 60_000);
