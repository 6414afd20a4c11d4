import { readLog } from './log-reader.js';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { testInstallation } from '#test/support/installation';
import { AppProcess } from './app-process.js';
import { expectStatus } from './prospects.js';

export interface Intruder {
  readonly code: number | null;
  readonly error: unknown;
  readonly message: unknown;
}

/** Starts an app, then so many others on the same folder, and tells how they ended; the first must go on and leave a whole log. */
export async function intrude(times: number): Promise<{ holder: number | undefined; intruders: Intruder[]; positions: number[] }> {
  const config: LoadedConfig = await testInstallation();
  const first = await (await AppProcess.start(config)).ready();
  try {
    const intruders: Intruder[] = [];
    while (intruders.length < times) {
      const several = await Promise.all(Array.from({ length: Math.min(4, times - intruders.length) }, () => AppProcess.start(config)));
      for (const second of several) {
        const { code } = await second.exited;
        const said = JSON.parse(second.logged.at(-1) ?? '{}') as { code?: unknown; message?: unknown };
        intruders.push({ code, error: said.code, message: said.message });
      }
      expectStatus(200, await first.local.get('/readyz'));
    }
    expectStatus(200, await first.local.post('/v1/opt-outs', { json: { addresses: ['still.there@first.example'], channel: 'phone', receivedAt: new Date().toISOString() } }));
    await first.stop();
    return { holder: first.pid, intruders, positions: (await readLog(config)).map(({ position }) => position as number) };
  } finally {
    if (!first.ended) await first.kill();
  }
}
