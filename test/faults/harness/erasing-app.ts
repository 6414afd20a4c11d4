import type { EventStore } from '#engine/event-store/event-store.port';
import { SystemClock } from '#engine/clock/system.clock';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { contactsProjection } from '#permission/projections/contacts.projection';
import { prospectsProjection } from '#sourcing/projections/prospects.projection';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { testInstallation } from '#test/support/installation';
import { tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { AppProcess } from './app-process.js';
import { canaryList, type Canary } from './canaries.js';
import { readLog } from './log-reader.js';
import { allOf, expectStatus, importList, makeReady } from './prospects.js';

const OF_PEOPLE = [prospectsProjection, contactsProjection] as const;

/** An installation that keeps its mail in a folder, and the process that runs on it at the moment. */
export class ErasingApp {
  private constructor(readonly config: LoadedConfig, public app: AppProcess) {}

  static async open(): Promise<ErasingApp> {
    const config = await testInstallation({ folder: tempFolder('erasing') });
    const opened = new ErasingApp(config, await AppProcess.start(config));
    await opened.app.ready();
    await makeReady(opened.app.local);
    return opened;
  }

  import(name: string, canaries: readonly Canary[]) {
    return importList(this.app.local, name, canaryList(canaries));
  }

  /** True if it was acknowledged; false if the process died over it. */
  async optOut(canaries: readonly Canary[]): Promise<boolean> {
    const json = { addresses: canaries.map(({ address }) => address), channel: 'email', receivedAt: new Date().toISOString() };
    const answer = await this.app.local.post('/v1/opt-outs', { json }).catch(() => undefined);
    return answer?.status === 200 && answer.body.recorded === canaries.length;
  }

  async start(dieAt?: string): Promise<void> {
    await this.end();
    this.app = await AppProcess.start(this.config, dieAt);
  }

  /** Waits until so many cases have their proof and none is open. */
  async erased(cases: number): Promise<void> {
    let open: unknown[] = [];
    let all = 0;
    const done = waitFor(`${cases} proofs of erasure`, async () => {
      const found = await allOf<{ state: string }>(this.app.local, '/v1/erasures');
      all = found.length;
      open = found.filter(({ state }) => state !== 'completed');
      return all >= cases && open.length === 0;
    }, 180_000);
    await done.catch((error: Error) => {
      throw new Error(`${error.message}; of ${all} cases ${open.length} are open: ${JSON.stringify(open.slice(0, 2))}`);
    });
  }

  async stop(): Promise<void> {
    const { code } = await this.app.stop();
    if (code !== 0) throw new Error(`The app ended with ${code}:\n${this.app.logged.join('\n')}`);
  }

  /** Ids of people without a clock: neither erased to the end nor on the sweep. Only when no process has the folder open. */
  async withoutClock(): Promise<string[]> {
    const log = await readLog(this.config);
    const completed = new Set(log.filter(({ type }) => type === 'ErasureCompleted').map(({ streamId }) => streamId));
    const caseOf = new Map(log.filter(({ type }) => type === 'ErasureStarted').map(({ streamId, data }) => [streamId, data.caseId as string]));
    const left = new Set(log.filter(({ type }) => type === 'OptOutRecorded').map(({ data }) => data.prospectId as string));
    const everybody = log.filter(({ type }) => type === 'ProspectSourced').map(({ streamId }) => streamId);
    const engine = await openEmbeddedEngine({ dataFolder: this.config.data, clock: new SystemClock() });
    try {
      const awake = await onSweep(engine.store);
      const wrong: string[] = [];
      for (const prospectId of everybody) {
        const erased = completed.has(caseOf.get(prospectId) ?? '');
        const rows = await engine.registry.rowsOfProspect(prospectId);
        if (erased ? rows.length > 0 : left.has(prospectId) || rows.length === 0 || !awake.has(prospectId)) wrong.push(prospectId);
      }
      return wrong;
    } finally {
      await engine.close();
    }
  }

  /** Has the read models of people fold the whole log once more, as a new version of them does. */
  async foldAnew(): Promise<void> {
    const engine = await openEmbeddedEngine({ dataFolder: this.config.data, clock: new SystemClock() });
    for (const { name, version, indexes } of OF_PEOPLE) await engine.readModels.declare({ name, version: version + 1, indexes });
    await engine.close();
  }

  /** Documents that a read model holds of people who were erased. */
  async readModelsOfErased(): Promise<unknown[]> {
    const log = await readLog(this.config);
    const erased = log.filter(({ type }) => type === 'ErasureRequested').flatMap(({ data }) => [data.prospectId as string, ...(data.contactIds as string[])]);
    const engine = await openEmbeddedEngine({ dataFolder: this.config.data, clock: new SystemClock() });
    try {
      for (const { name, version, indexes } of OF_PEOPLE) await engine.readModels.declare({ name, version, indexes });
      const found = await Promise.all(OF_PEOPLE.map(({ name }) => engine.readModels.getMany(name, erased)));
      return found.flatMap((docs) => [...docs.values()].map(({ doc }) => doc)).filter((doc) => doc !== undefined);
    } finally {
      await engine.close();
    }
  }

  async ready(): Promise<void> {
    expectStatus(200, await this.app.local.get('/readyz'));
  }

  async end(): Promise<void> {
    if (!this.app.ended) await this.app.kill();
  }
}

async function onSweep(store: EventStore): Promise<Set<string>> {
  const due = await store.due(new Date('2100-01-01T00:00:00Z'), 1_000_000, 'prospect');
  return new Set(due.map(({ streamId }) => streamId));
}
