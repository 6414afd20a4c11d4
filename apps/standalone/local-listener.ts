import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { markLocal } from '#http/local-socket';
import { localUser } from './local-user.js';

/** For the command line on this machine. Only for the process that speaks for the data folder. */
export async function listenOnSocket(app: NestExpressApplication, path: string): Promise<Server> {
  // What a killed process left behind.
  rmSync(path, { force: true });
  const server = createServer(app.getHttpAdapter().getInstance() as never);
  markLocal(server, localUser());
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(umask);
  }
  chmodSync(path, 0o600);
  return server;
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2000).unref();
  });
}
