import { afterAll, expect, it } from '@jest/globals';
import { removeTempFolders } from '#test/support/temp-folder';
import { intrude } from './harness/intruders.js';

afterAll(removeTempFolders);

it('H14 three more apps on a folder in use end with exit code 6 and say who holds it, and the first goes on', async () => {
  const { holder, intruders, positions } = await intrude(3);
  expect(intruders).toEqual(Array.from({ length: 3 }, () => ({ code: 6, error: 'data-folder-in-use', message: `The data folder is in use by process ${holder}.` })));
  expect(positions).toEqual(positions.map((_, n) => n + 1));
}, 180_000);
