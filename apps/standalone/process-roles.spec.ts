import { describe, expect, it } from '@jest/globals';
import { assertRolesFit, processRoles, PROCESS_ROLES, serves } from './process-roles.js';

describe('roles of a process', () => {
  it('are all without a word, and those that are named', () => {
    expect([processRoles(undefined), processRoles(' ')]).toEqual([PROCESS_ROLES, PROCESS_ROLES]);
    expect(processRoles('worker, api,worker')).toEqual(['worker', 'api']);
  });

  it('that nobody knows are refused with the ones there are', () => {
    expect(() => processRoles('api,sender')).toThrow(expect.objectContaining({ code: 'bad-roles', message: expect.stringContaining('"sender"'), fix: expect.stringContaining('api, recipient, worker') }));
  });

  it('H14 cannot be shared out on one data folder', () => {
    expect(() => assertRolesFit(['api', 'recipient'], 'embedded')).toThrow(expect.objectContaining({ code: 'roles-need-services' }));
    for (const [roles, engine] of [[PROCESS_ROLES, 'embedded'], [['worker'], 'distributed']] as const) expect(() => assertRolesFit(roles, engine)).not.toThrow();
  });

  it.each([
    ['/u/sometoken', 'recipient'], ['/u', 'recipient'], ['/privacy', 'recipient'], ['/v1/campaigns', 'api'], ['/docs', 'api'], ['/openapi.json', 'api'], ['/users', 'api'],
  ] as const)('%s is answered by %s alone', (path, role) => {
    expect(PROCESS_ROLES.filter((each) => serves([each], path))).toEqual([role]);
  });

  it.each(['/healthz', '/readyz', '/metrics'])('%s is answered by each of them', (path) => {
    expect(PROCESS_ROLES.every((role) => serves([role], path))).toBe(true);
  });
});
