import { startStandalone, type Standalone } from '#apps/standalone/compose-standalone';
import type { ProcessRole } from '#apps/standalone/process-roles';
import { JsonLog } from '#apps/standalone/log';
import { MovableClock } from '#engine/clock/movable.clock';
import type { Role } from '#http/roles';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { AppClient } from './app-client.js';
import { TEST_START } from './engine.js';
import { testInstallation, type TestInstallation } from './installation.js';

export interface TestStandalone {
  readonly app: Standalone;
  readonly config: LoadedConfig;
  readonly clock: MovableClock;
  /** Over the socket: the local user, with every role. */
  readonly local: AppClient;
  /** Over TCP with a fresh key of that role, or without any. */
  as(role: Role | 'none'): Promise<AppClient>;
  /** What the app logged, one JSON line each. */
  readonly logged: string[];
  /** Moves the clock and lets everything that is due happen. */
  moveTo(instant: Date): Promise<void>;
  close(): Promise<void>;
}

export interface TestStandaloneOptions extends TestInstallation {
  readonly config?: LoadedConfig;
  readonly clock?: MovableClock;
  readonly listen?: boolean;
  readonly work?: boolean;
  readonly roles?: readonly ProcessRole[];
}

/** The whole product in this process, on a temporary folder and a clock that is moved by hand. */
export async function testStandalone(options: TestStandaloneOptions = {}): Promise<TestStandalone> {
  const config = options.config ?? (await testInstallation(options));
  const clock = options.clock ?? new MovableClock(TEST_START);
  const logged: string[] = [];
  const app = await startStandalone({ config, clock, log: new JsonLog((line) => void logged.push(line)), listen: options.listen ?? true, work: options.work ?? true, ...(options.roles === undefined ? {} : { roles: options.roles }) });
  const local = new AppClient({ socketPath: app.socketPath });
  return {
    app, config, clock, local, logged,
    async as(role) {
      const url = app.url ?? '';
      if (role === 'none') return new AppClient({ url });
      const { body } = await local.post('/v1/keys', { json: { role, label: `${role} of a test` } });
      return new AppClient({ url, key: body.key });
    },
    async moveTo(instant) {
      clock.advanceTo(instant);
      await app.nudge();
    },
    close: () => app.close(),
  };
}
