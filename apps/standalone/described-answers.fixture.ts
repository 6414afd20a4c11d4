import type { OpenAPIObject } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { problem } from '#http/problem.schema';
import type { AppAnswer, AppClient } from '#test/support/app-client';
import { controllersOf } from './controllers.js';
import { routeFacts } from './openapi-routes.js';
import { openApiDocument } from './openapi.js';

interface Known { readonly method: string; readonly path: string; readonly pattern: RegExp; readonly operationId: string }

/** Holds every answer that its clients get to what the OpenAPI document says of the route. */
export class DescribedAnswers {
  private readonly differing = new Set<string>();
  private readonly facts: ReturnType<typeof routeFacts>;
  private readonly routes: readonly Known[];
  private readonly seen = new Set<string>();

  constructor(app: INestApplication) {
    this.facts = routeFacts(controllersOf(app));
    this.routes = routesOf(openApiDocument(app, controllersOf(app)));
  }

  watch(client: AppClient): AppClient {
    const send = client.send.bind(client);
    client.send = async (method, path, call) => {
      const answer = await send(method, path, call);
      this.note(method, path, answer);
      return answer;
    };
    return client;
  }

  /** What was answered otherwise than described, each once. */
  get wrong(): string[] {
    return [...this.differing];
  }

  /** Routes under /v1 without one good answer so far. */
  unseen(): string[] {
    return this.routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !this.seen.has(route));
  }

  private note(method: string, url: string, { status, headers, body }: AppAnswer): void {
    const path = url.split('?')[0] ?? '';
    // A fixed path goes before one with a parameter in the same place.
    const route = this.routes.filter((one) => one.method === method && one.pattern.test(path)).sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
    if (route === undefined) return;
    const name = `${method} ${route.path}`;
    const { schemas = {}, text = [] } = this.facts.get(route.operationId)?.answers ?? {};
    const type = String(headers['content-type'] ?? '').split(';')[0] ?? '';
    if (status < 300) this.seen.add(name);
    if (status < 300 && text.includes(type)) return;
    const schema = status < 300 ? schemas[status] : problem;
    if (schema === undefined) return void this.differing.add(`${name}: ${status} is not described`);
    const { error } = schema.safeParse(body);
    if (error !== undefined) this.differing.add(`${name}: ${status}: ${JSON.stringify(error.issues)}`);
  }
}

function routesOf(document: OpenAPIObject): Known[] {
  return Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/')).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId: string }>).map(([method, { operationId }]) => (
      { method: method.toUpperCase(), path, operationId, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`) })));
}
