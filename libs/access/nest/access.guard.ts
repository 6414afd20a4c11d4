import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { LOCAL_ONLY_KEY, localUserOf } from '#http/local-socket';
import { PUBLIC_KEY, ROLES_KEY, type Caller, type CallerRequest, type Role } from '#http/roles';
import { sourceOf } from '#http/source-of';
import { EXIT, OutrightError } from '#kernel/errors';
import { ApiKeysService } from './api-keys.service.js';
import { AuthFailures } from './auth-failures.js';

const ALL_ROLES: readonly Role[] = ['sales', 'officer', 'auditor'];

/**
 * Decides on the handler that will run, never on the text of a path. A route without `Roles` or `Public` is refused to everyone. Over
 * the socket in the data folder the operating-system user has every role; over the network an API key has its one role.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly failures: AuthFailures;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(ApiKeysService) private readonly keys: ApiKeysService,
    @Inject(TOKENS.clock) clock: Clock,
  ) {
    this.failures = new AuthFailures(() => clock.monotonic());
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const roles = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_KEY, places);
    if (roles === undefined && this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, places) === true) return true;
    if (roles === undefined || roles.length === 0) throw forbidden('This route is open to nobody.', 'route-without-roles', 'It is a defect: report it with the path.');
    const request = context.switchToHttp().getRequest<Request & CallerRequest>();
    const caller = await this.callerOf(request, context.switchToHttp().getResponse<Response>());
    if (!caller.roles.some((role) => roles.includes(role))) {
      throw forbidden(`This needs the role ${roles.join(' or ')}; the key has ${caller.roles.join(', ')}.`, 'role-missing', 'Use a key with that role: `outright key create --role …` on the machine of the installation.');
    }
    if (caller.actor.kind !== 'local' && this.reflector.getAllAndOverride<boolean | undefined>(LOCAL_ONLY_KEY, places) === true) {
      throw forbidden('This is done only on the machine of the installation.', 'local-only', 'Run the command there, as the user that owns the data folder.');
    }
    request.caller = caller;
    return true;
  }

  private async callerOf(request: Request, response: Response): Promise<Caller> {
    const user = localUserOf(request);
    if (user !== undefined) return { actor: { kind: 'local', id: user }, roles: ALL_ROLES };
    const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = bearer === undefined ? undefined : await this.keys.callerOf(bearer);
    if (caller !== undefined) return caller;
    // A request without any key guesses nothing; it is told at once.
    if (bearer !== undefined && (await this.failures.record(sourceOf(request)))) {
      throw new OutrightError('Too many requests with a wrong key from this source.', { code: 'too-many-failures', rule: 'ACC-03', status: 429, exit: EXIT.refused, retriable: true, fix: 'Wait a quarter of an hour, or use a valid key: it is let through at once.' });
    }
    response.setHeader('WWW-Authenticate', 'Bearer realm="outright"');
    throw new OutrightError(bearer === undefined ? 'This needs an API key.' : 'The API key is unknown, revoked or expired.', {
      code: bearer === undefined ? 'key-missing' : 'key-refused', rule: 'ACC-03', status: 401, exit: EXIT.refused,
      fix: 'Send `Authorization: Bearer ork_…`, or --key with the command line; make a key with `outright key create` on the machine of the installation.',
    });
  }
}

function forbidden(message: string, code: string, fix: string): OutrightError {
  return new OutrightError(message, { code, rule: 'ACC-03', status: 403, exit: EXIT.refused, fix });
}
