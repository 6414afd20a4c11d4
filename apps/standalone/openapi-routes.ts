import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import { ANSWERS_KEY, type RouteAnswers } from '#http/answers';
import { TAG_KEY, UPLOAD_KEY, type Upload } from '#http/described';
import { LOCAL_ONLY_KEY } from '#http/local-socket';
import { ROLES_KEY, type Role } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';

/** Nest keeps a route's parameters under this metadata key: `type:index` → pipes. Type 3 is the body, 4 the query. */
const ROUTE_ARGUMENTS = '__routeArguments__';

/** What a handler and its controller say of a route beside Nest's own document. */
export interface RouteFacts {
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly answers: RouteAnswers | undefined;
  /** Undefined where no key is needed. */
  readonly roles: readonly Role[] | undefined;
  readonly localOnly: boolean;
  readonly tag: string | undefined;
  readonly upload: Upload | undefined;
}

/** The facts of every handler by its operation id, `Controller_method`. */
export function routeFacts(controllers: readonly Type<unknown>[]): ReadonlyMap<string, RouteFacts> {
  return new Map(controllers.flatMap((controller) => Object.getOwnPropertyNames(controller.prototype).map((method) => [`${controller.name}_${method}`, factsOf(controller, method)] as const)));
}

function factsOf(controller: Type<unknown>, method: string): RouteFacts {
  const handler = (controller.prototype as Record<string, object>)[method] as object;
  const told = <T>(key: string): T | undefined => (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
  const parsed = (place: string): z.ZodType | undefined => {
    const args = (Reflect.getMetadata(ROUTE_ARGUMENTS, controller, method) ?? {}) as Record<string, { pipes?: unknown[] }>;
    const pipes = Object.entries(args).flatMap(([key, { pipes: found = [] }]) => (key.startsWith(`${place}:`) ? found : []));
    return pipes.find((pipe): pipe is ZodPipe<z.ZodType> => pipe instanceof ZodPipe)?.schema;
  };
  return {
    body: parsed('3'), query: parsed('4'), answers: told(ANSWERS_KEY), roles: told(ROLES_KEY), localOnly: told(LOCAL_ONLY_KEY) === true,
    tag: told(TAG_KEY), upload: told(UPLOAD_KEY),
  };
}
