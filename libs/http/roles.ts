import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '#kernel/envelope';

export type Role = 'sales' | 'officer' | 'auditor';

export const ROLES_KEY = 'outright:roles';
export const PUBLIC_KEY = 'outright:public';

/** Who may call the route. A route with neither `Roles` nor `Public` is refused to everyone (deny by default). */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES_KEY, roles);
/** Recipient pages and health: no key needed. */
export const Public = () => SetMetadata(PUBLIC_KEY, true);

export interface Caller {
  readonly actor: Actor;
  readonly roles: readonly Role[];
}

/** Set by the access guard on every request that it lets through. */
export interface CallerRequest {
  caller?: Caller;
}

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = context.switchToHttp().getRequest<CallerRequest>().caller;
  if (caller === undefined) throw new Error('CurrentCaller is used on a route without a guard.');
  return caller;
});
