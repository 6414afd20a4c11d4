import type { Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

type Content = Record<string, { schema?: object }>;
interface Operation {
  readonly operationId?: string;
  readonly responses: Record<string, { content?: Content }>;
  readonly requestBody?: { content?: Content };
  readonly security?: readonly Record<string, unknown>[];
}

/** Nest's own: a parameter that is the request itself (0) or its body (3). */
const TAKES_A_BODY = /^[03]:/;

/** What the document leaves out of the routes under /v1, one line each. */
export function openApiGaps(document: OpenAPIObject, controllers: readonly Type<unknown>[]): string[] {
  const args = new Map<string, string[]>(controllers.flatMap((controller) => Object.getOwnPropertyNames(controller.prototype)
    .map((method) => [`${controller.name}_${method}`, Object.keys((Reflect.getMetadata('__routeArguments__', controller, method) ?? {}) as object)] as const)));
  return Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/')).flatMap(([path, item]) => Object.entries(item as Record<string, Operation>).flatMap(([method, operation]) => {
    const { operationId = '', responses, requestBody, security = [] } = operation;
    const route = `${method.toUpperCase()} ${path}`;
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    const takesBody = method === 'post' && (args.get(operationId) ?? []).some((arg) => TAKES_A_BODY.test(arg));
    const schemes = Object.keys(document.components?.securitySchemes ?? {});
    return [
      ...(good.length > 0 && good.every(([, { content }]) => described(content)) ? [] : [`${route}: an answer has no schema`]),
      ...(!takesBody || described(requestBody?.content) ? [] : [`${route}: the body has no schema`]),
      ...(security.some((one) => Object.keys(one).some((scheme) => schemes.includes(scheme))) ? [] : [`${route}: no security scheme`]),
      ...(['401', '403', 'default'].every((status) => described(responses[status]?.content, 'application/problem+json')) ? [] : [`${route}: an error is no problem document`]),
    ];
  }));
}

function described(content: Content | undefined, only?: string): boolean {
  const kinds = Object.entries(content ?? {});
  return kinds.length > 0 && kinds.every(([type, { schema }]) => (only === undefined || type === only) && schema !== undefined && Object.keys(schema).length > 0);
}

/** References in the document that lead nowhere. */
export function danglingRefs(document: OpenAPIObject): string[] {
  const names = Object.keys(document.components?.schemas ?? {});
  return [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref = '']) => ref).filter((ref) => !names.some((name) => ref === `#/components/schemas/${name}`));
}
