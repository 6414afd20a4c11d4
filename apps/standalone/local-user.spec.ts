import { expect, it } from '@jest/globals';
import { userInfo } from 'node:os';
import { localUser } from './local-user.js';

it('the user of this process is named as the system names it, and by its number where the system knows no name', () => {
  expect(localUser()).toBe(userInfo().username);
  const nobody = (): never => { throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' }); };
  expect(localUser(nobody)).toBe(`uid-${process.getuid?.()}`);
});
