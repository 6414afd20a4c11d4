import type { SendingThread } from '#contracts/api/sending-thread';

/** The thread of the standalone app, sending to a server on this machine. */
export function threadTo(port: number): SendingThread {
  const account = { host: '127.0.0.1', port, security: 'none', clientName: 'localhost' };
  return { module: new URL('../../apps/standalone/sending.worker.js', import.meta.url), setup: { tenantId: 'main', config: { smtp: { main: account }, senders: {} } } };
}
