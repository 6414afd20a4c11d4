import { SetMetadata } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';

const LOCAL_USER = Symbol('outright:local-user');

export const LOCAL_ONLY_KEY = 'outright:local-only';

/** The route answers only over the socket in the data folder, whatever roles a key has. */
export const LocalOnly = () => SetMetadata(LOCAL_ONLY_KEY, true);

/**
 * Marks a server that listens on a socket file of mode 0600: whoever connects is the operating-system user of this process.
 * @param user name of that user, recorded as the actor
 */
export function markLocal(server: Server, user: string): void {
  server.on('connection', (socket) => Object.assign(socket, { [LOCAL_USER]: user }));
}

/** The operating-system user behind a request over the local socket; undefined for every other request. */
export function localUserOf(request: Pick<IncomingMessage, 'socket'>): string | undefined {
  return (request.socket as { [LOCAL_USER]?: string } | undefined)?.[LOCAL_USER];
}
