import type { NextFunction, Request, Response } from 'express';
import { problemOf } from '#http/problem.filter';
import { BadInput, NotFound } from '#kernel/errors';

/** `api`: sales and officers. `recipient`: the public pages. `worker`: publication, read models, process managers, clocks and sending. */
export const PROCESS_ROLES = ['api', 'recipient', 'worker'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

const RECIPIENT = /^\/(u|privacy)(\/|$)/;
const OPERATIONS = /^\/(healthz|readyz|metrics)\/?$/;

/** `api,worker`, or undefined for all of them. @throws BadInput `bad-roles` */
export function processRoles(text: string | undefined): readonly ProcessRole[] {
  if (text === undefined || text.trim() === '') return PROCESS_ROLES;
  const named = [...new Set(text.split(',').map((role) => role.trim()))];
  const strange = named.find((role) => !(PROCESS_ROLES as readonly string[]).includes(role));
  if (strange === undefined) return named as ProcessRole[];
  throw new BadInput(`There is no role ${JSON.stringify(strange)}.`, { code: 'bad-roles', fix: `Name some of ${PROCESS_ROLES.join(', ')}, with commas between them.` });
}

/** One data folder is one process. @throws BadInput `roles-need-services` */
export function assertRolesFit(roles: readonly ProcessRole[], engine: 'embedded' | 'distributed'): void {
  if (engine === 'distributed' || roles.length === PROCESS_ROLES.length) return;
  throw new BadInput('Only the distributed engine can be shared out among processes; the embedded one is one process with all roles.', {
    code: 'roles-need-services', rule: 'H14', fix: 'Leave the roles out, or move the installation to `engine: distributed`.',
  });
}

export function serves(roles: readonly ProcessRole[], path: string): boolean {
  if (OPERATIONS.test(path)) return true;
  return roles.includes(RECIPIENT.test(path) ? 'recipient' : 'api');
}

/** A route of another role does not exist here, whatever key comes with the request. */
export function onlyRoutesOf(roles: readonly ProcessRole[]) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (serves(roles, request.path)) return next();
    const problem = problemOf(new NotFound('This process does not answer that route.', { code: 'served-elsewhere', fix: `It has the role${roles.length > 1 ? 's' : ''} ${roles.join(', ')}; ask a process with the other one.` }));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
