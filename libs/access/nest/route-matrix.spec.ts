import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppClient } from '#test/support/app-client';
import { routesOf, samplePath, servedRoutes, type Route } from '#test/support/routes';
import { testStandalone, type TestStandalone } from '#test/support/standalone';

const ROLES = ['none', 'sales', 'officer', 'auditor'] as const;
const GOLDEN = join(process.cwd(), 'libs/access/nest/route-matrix.txt');
/** Registered by the OpenAPI page, beside the guard: the document of a public product, nothing of an installation. */
const OPEN_API = /^GET \/(docs|openapi\.json|docs-(json|yaml)|docs\/.*)\/?$/;

let app: TestStandalone;
let routes: Route[];
const clients = new Map<string, AppClient>();

beforeAll(async () => {
  app = await testStandalone({ work: false });
  routes = routesOf(app.app.app);
  for (const role of ROLES) clients.set(role, await app.as(role));
});
afterAll(() => app.close());

const line = ({ method, path, access, localOnly }: Route): string => `${method} ${path}  ${typeof access === 'string' ? access : access.join(' ')}${localOnly ? ' (this machine only)' : ''}`;

function expected({ access, localOnly }: Route, role: (typeof ROLES)[number]): 'let through' | 401 | 403 {
  if (access === 'public') return 'let through';
  if (access === 'unguarded') return 403;
  if (role === 'none') return 401;
  return access.includes(role) && !localOnly ? 'let through' : 403;
}

const decision = (status: number): 'let through' | 401 | 403 => (status === 401 || status === 403 ? status : 'let through');

describe('every route × every role', () => {
  it('ACC-03 (partly) has no route without a decision', () => {
    expect(routes.filter(({ access }) => access === 'unguarded')).toEqual([]);
    expect(routes.length).toBeGreaterThan(30);
  });

  it('ACC-03 (partly) serves nothing that no controller declares, but the OpenAPI page', () => {
    const declared = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect(servedRoutes(app.app.app).filter((route) => !declared.has(route) && !OPEN_API.test(route))).toEqual([]);
  });

  it('ACC-03 (partly) is the matrix that was reviewed', () => {
    // After a review: UPDATE_ROUTE_MATRIX=1 writes the file anew.
    if (process.env['UPDATE_ROUTE_MATRIX'] === '1') writeFileSync(GOLDEN, `${routes.map(line).join('\n')}\n`);
    expect(routes.map(line).join('\n')).toBe(readFileSync(GOLDEN, 'utf8').trimEnd());
  });

  it('ACC-03 (partly) answers as the matrix says, over the network', async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      for (const role of ROLES) {
        const { status } = await clients.get(role)!.send(route.method === 'ALL' ? 'GET' : route.method, samplePath(route.path));
        if (decision(status) !== expected(route, role)) wrong.push(`${line(route)}: ${role} got ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('decides alike for every spelling of a path', async () => {
    const none = clients.get('none')!;
    const wrong: string[] = [];
    for (const { method, path, access } of routes) {
      if (access === 'public' || method !== 'GET') continue;
      const plain = samplePath(path);
      const spellings = [`/${plain}`, `${plain}/`, plain.toUpperCase(), plain.replace('v1', '%761'), `${plain}?role=officer`, `/x/..${plain}`, `${plain}%00`];
      for (const spelling of spellings) {
        const { status } = await none.get(spelling);
        if (status < 400) wrong.push(`GET ${spelling} got ${status}`);
      }
      const { status } = await none.send('HEAD', plain);
      if (status < 400) wrong.push(`HEAD ${plain} got ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});
