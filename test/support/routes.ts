import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { controllersOf } from '#apps/standalone/controllers';
import { LOCAL_ONLY_KEY } from '#http/local-socket';
import { PUBLIC_KEY, ROLES_KEY, type Role } from '#http/roles';

export interface Route {
  readonly method: string;
  /** As Nest knows it: `/v1/keys/:id/revoke`. */
  readonly path: string;
  readonly access: 'public' | 'unguarded' | readonly Role[];
  readonly localOnly: boolean;
}

const joined = (...parts: string[]): string => `/${parts.flatMap((part) => part.split('/')).filter((part) => part !== '').join('/')}`;
const list = (value: unknown): string[] => [value as string | string[] | undefined ?? ''].flat();

/** Every route of the composed app with what its decorators say. */
export function routesOf(app: INestApplication): Route[] {
  return controllersOf(app).flatMap((controller) => methodsOf(controller)).sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`, 'en'));
}

function methodsOf(controller: Type<unknown>): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function') return [];
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const meta = <T>(key: string): T | undefined => (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
    const roles = meta<readonly Role[]>(ROLES_KEY);
    const access = roles !== undefined && roles.length > 0 ? roles : meta<boolean>(PUBLIC_KEY) === true ? 'public' : 'unguarded';
    return list(Reflect.getMetadata('path', controller)).flatMap((base) => list(Reflect.getMetadata('path', handler)).map((path) => ({
      method: RequestMethod[method], path: joined(base, path), access, localOnly: meta<boolean>(LOCAL_ONLY_KEY) === true,
    })));
  });
}

interface Layer { readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> } }

/** What the web server itself would route, whoever registered it: `GET /docs`. */
export function servedRoutes(app: INestApplication): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: readonly Layer[] } };
  return router.stack.flatMap(({ route }) => (route === undefined ? [] : Object.keys(route.methods).filter((method) => method !== '_all').map((method) => `${method.toUpperCase()} ${route.path}`)));
}

/** A path that the route matches, with ids that exist nowhere. */
export function samplePath(path: string): string {
  return path.replace(/:[A-Za-z]+/g, 'none-0000').replace(/\*\w*/g, 'x');
}
