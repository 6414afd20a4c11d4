import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { SendingThread } from '#contracts/api/sending-thread';

/**
 * Mail over SMTP is composed and sent on a thread of its own. Uncompiled sources, which only tests run, cannot be loaded by a
 * thread; there, and for the mail folder, the event loop does it.
 */
export function sendingThreadOf(config: LoadedConfig, tenantId: string): SendingThread | undefined {
  if (Object.keys(config.smtp).length === 0 || import.meta.url.endsWith('.ts')) return undefined;
  return { module: new URL('./sending.worker.js', import.meta.url), setup: { config, tenantId } };
}
