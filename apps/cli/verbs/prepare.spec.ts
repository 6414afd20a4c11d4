import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { cli } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { removeTempFolders } from '#test/support/temp-folder';

afterAll(removeTempFolders);

it('outright prepare has nothing to do for the embedded engine', async () => {
  const folder = join((await testInstallation()).path, '..');
  expect(await cli(['prepare', '--json', '--data', folder])).toMatchObject({ exit: 0, json: { engine: 'embedded', ready: true, findings: [] } });
  expect((await cli(['prepare', '--data', folder])).out).toContain('The embedded engine has nothing to prepare');
});
