import { startStandalone, type Standalone } from '#apps/standalone/compose-standalone';
import type { ProcessRole } from '#apps/standalone/process-roles';
import { JsonLog } from '#apps/standalone/log';
import { MovableClock } from '#engine/clock/movable.clock';
import { AppClient } from './app-client.js';
import { TEST_START } from './engine.js';
import { testInstallation } from './installation.js';
import type { TestStandalone, TestStandaloneOptions } from './standalone.js';

const SHARES: readonly (readonly ProcessRole[])[] = [['worker'], ['worker'], ['api'], ['recipient']];

/** One installation, shared out among an API, the recipients' pages and two workers, each an app of its own on the same services and the same calendar. */
export async function testCluster(options: TestStandaloneOptions = {}): Promise<TestStandalone & { readonly parts: readonly Standalone[] }> {
  const config = options.config ?? (await testInstallation(options));
  const clock = options.clock ?? new MovableClock(TEST_START);
  const logged: string[] = [];
  const log = new JsonLog((line) => void logged.push(line));
  const parts: Standalone[] = [];
  const ended = new Set<Standalone>();
  const started = async (roles: readonly ProcessRole[]): Promise<Standalone> => {
    const part = await startStandalone({ config, clock, log, roles });
    const own: Standalone = { ...part, close: () => (ended.add(own), part.close()) };
    return own;
  };
  const close = async (): Promise<void> => void (await Promise.all([...parts].map((part) => part.close())));
  try {
    for (const roles of SHARES) parts.push(await started(roles));
  } catch (error) {
    await close();
    throw error;
  }
  const [, , api, recipient] = parts as [Standalone, Standalone, Standalone, Standalone];
  const nudge = async (): Promise<void> => {
    // What the leader of one thing does may be owed to the leader of another.
    for (const part of [...parts, ...parts]) if (!ended.has(part)) await part.nudge();
  };
  const local = new AppClient({ socketPath: api.socketPath });
  return {
    app: { ...api, nudge, close }, parts, config, clock, local, logged,
    async as(role) {
      if (role === 'none') return new AppClient({ url: recipient.url ?? '' });
      const { body } = await local.post('/v1/keys', { json: { role, label: `${role} of a test` } });
      return new AppClient({ url: api.url ?? '', key: body.key });
    },
    async moveTo(instant) {
      clock.advanceTo(instant);
      await nudge();
    },
    close,
  };
}
