import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { NestExpressApplication } from '@nestjs/platform-express';

const DOCS = /^\/(docs|openapi\.json|docs-json|docs-yaml)(\/|$)/;

/** `/docs` and `/openapi.json`. What draws them is a third of all code, so it is loaded when somebody asks and not at every start. */
export function serveApiDocs(app: NestExpressApplication): void {
  let pages: Promise<RequestHandler> | undefined;
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!DOCS.test(request.path)) return next();
    pages ??= import('./api-pages.js').then(({ apiPages }) => apiPages(app));
    pages.then((handle) => handle(request, response, next), next);
  });
}
