import 'reflect-metadata';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { CommandBus, type ICommand } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SystemClock } from '#engine/clock/system.clock';
import type { Clock } from '#engine/clock/clock.port';
import type { Engine } from '#engine/engine.port';
import { BlankAgain } from '#erasure/nest/blank-again.service';
import { PutOff } from '#engine/event-feed/put-off';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import { ProcessManagerRunner } from '#engine/reactions/process-manager-runner';
import { ProblemFilter } from '#http/problem.filter';
import type { OutrightError } from '#kernel/errors';
import { PublishSuppressions } from '#permission/nest/publish-suppressions.service';
import { assertMayLeaveMachine, sendsOnlyToLoopback } from '#tenancy/domain/sending-safety';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { TenancyService } from '#tenancy/nest/tenancy.service';
import { dnsTxtResolver, zoneFileTxtResolver } from '#tenancy/nest/txt-resolver';
import { serveApiDocs } from './api-docs.js';
import { ClockLoop } from './clock-loop.js';
import { campaignsTask, clockTasks, registryTask } from './clock-tasks.js';
import { assertDataFolder } from './data-folder.js';
import { HealthService } from './health.service.js';
import { listenFailure } from './listen-failure.js';
import { closeServer, listenOnSocket } from './local-listener.js';
import { JsonLog } from './log.js';
import { mailTransportOf } from './mail-transport.factory.js';
import { openEngine } from './open-engine.js';
import { assertRolesFit, onlyRoutesOf, PROCESS_ROLES, type ProcessRole } from './process-roles.js';
import { assertPublicUrlAnswers } from './public-url.probe.js';
import { allProcessManagers, allProjections } from './reactions.js';
import { startSending, stopSending } from './sending.js';
import { seldom } from './seldom.js';
import { sendingThreadOf } from './sending-thread.js';
import { StandaloneModule } from './standalone.module.js';

export interface StandaloneOptions {
  readonly config: LoadedConfig;
  /** The machine's clock unless the demo or a test moves its own. */
  readonly clock?: Clock;
  /** Seals the wrapping key on disk. */
  readonly passphrase?: string | undefined;
  /** Listen on TCP too (default); the command line works over the socket alone. */
  readonly listen?: boolean;
  /** What this process does of the product; default all. */
  readonly roles?: readonly ProcessRole[];
  /** Send campaigns and run legal clocks (default, with the role worker). The command line on an unserved folder does neither. */
  readonly work?: boolean;
  readonly log?: JsonLog;
  /** A consumer failed for good (H5); without it that is only logged and shown. */
  readonly onFailed?: (failure: OutrightError) => void;
}

export interface Standalone {
  /** `http://host:port`, or undefined without a TCP listener. */
  readonly url: string | undefined;
  /** Where the command line finds this process or, if that answers there already, another one of the installation. */
  readonly socketPath: string;
  readonly app: NestExpressApplication;
  readonly engine: Engine;
  /** Looks at clocks, reactions and pace at once: after a clock was moved, or when a person waits. */
  nudge(): Promise<void>;
  /** Finishes what is in hand and closes everything; at most ten seconds. */
  close(): Promise<void>;
}

/** Opens the data folder, which `init` made, and runs the product in this process, or its share of it. Nothing acknowledged before a crash is missing after it. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { config, clock = new SystemClock(), log = new JsonLog(), roles = PROCESS_ROLES } = options;
  assertRolesFit(roles, config.engine);
  assertMayLeaveMachine(config);
  if (config.engine === 'embedded') assertDataFolder(config);
  const engine = await openEngine({ config, clock, log, passphrase: options.passphrase, roles, work: options.work, onFailed: options.onFailed });
  const undo: (() => Promise<unknown>)[] = [() => engine.close()];
  try {
    const mail = mailTransportOf(config);
    undo.unshift(() => mail.close());
    const eventLog = new EventLog(engine.store, engine.vault, clock);
    const projections = engine.projecting(allProjections);
    const resolver = config.dnsZoneFile !== undefined && sendsOnlyToLoopback(config) ? zoneFileTxtResolver(config.dnsZoneFile) : dnsTxtResolver;
    const app = await NestFactory.create<NestExpressApplication>(StandaloneModule.of({
      engine, log: eventLog, personal: new PersonalData(engine.vault), mail, sendingThread: sendingThreadOf(config, 'main'), config, resolver, projections: allProjections,
      catchUp: { readModels: () => projections.caughtUp() },
      installation: {
        tenantId: 'main', publicUrl: config.publicUrl, testRecipients: config.testRecipients, connections: config.connections, checkpointMirror: config.checkpointMirror,
        paths: { dataFolder: config.data, mailFolder: mail.kind === 'eml-folder' ? config.mailFolder : undefined, uploads: join(engine.folder.local, 'uploads') },
      },
    }), { logger: log, abortOnError: false });
    undo.unshift(() => app.close());
    app.useGlobalFilters(new ProblemFilter((error) => log.failure('http', error)));
    app.disable('x-powered-by');
    app.set('trust proxy', config.http.trustedProxies);
    app.use(onlyRoutesOf(roles));
    // A campaign with both templates, or a thousand addresses, fits; files are streamed past this.
    app.useBodyParser('json', { limit: '1mb' });
    serveApiDocs(app);
    const tenancy = app.get(TenancyService, { strict: false });
    await tenancy.start();
    await projections.start();
    undo.unshift(() => projections.stop());
    await app.init();
    if (roles.includes('worker')) await app.get(BlankAgain, { strict: false }).start();

    const bus = app.get(CommandBus, { strict: false });
    const reactions = new ProcessManagerRunner(engine.feed, engine.readModels, clock, allProcessManagers, (command) => bus.execute(command as ICommand), engine.leases);
    const health = app.get(HealthService);
    health.watch(reactions);
    await health.identify();
    const onTaskFailed = seldom((task, error) => log.failure(`clock ${task}`, error), () => clock.monotonic());
    const loop = new ClockLoop(clock, [{ name: 'reactions', every: 0, run: () => reactions.act() }, ...clockTasks(app, mail)], onTaskFailed, engine.leases);
    const upkeep = new ClockLoop(clock, [registryTask(app)], onTaskFailed, engine.leases);
    const sending = new ClockLoop(clock, [campaignsTask(app)], onTaskFailed);
    const sharing = new ClockLoop(clock, [{ name: 'configuration', every: 0, run: () => tenancy.reload() }], onTaskFailed);
    if (engine.leases.shared) {
      sharing.start();
      undo.unshift(() => sharing.stop());
    }

    const socketPath = join(config.data, 'outright.sock');
    const local = roles.includes('api') && engine.folder.claim() ? await listenOnSocket(app, socketPath) : undefined;
    if (local !== undefined) undo.unshift(() => closeServer(local));
    let url: string | undefined;
    if (options.listen ?? true) {
      await app.listen(config.http.port, config.http.host).catch((error: unknown) => {
        throw listenFailure(error, config.http) ?? error;
      });
      undo.unshift(() => closeServer(app.getHttpServer()));
      const { port } = app.getHttpServer().address() as { port: number };
      url = `http://${config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host}:${port}`;
    }
    const works = (options.work ?? true) && roles.includes('worker');
    if (works) {
      if (!sendsOnlyToLoopback(config)) await assertPublicUrlAnswers(config.publicUrl, health.instance);
      const steps = [() => projections.caughtUp(), () => app.get(BlankAgain, { strict: false }).start(), () => reactions.start(), () => startSending(app)];
      const work = new PutOff(async (ending) => {
        for (const step of steps) if (!ending.aborted) await step();
      }, { failed: (failure) => (log.failure('start', failure), options.onFailed?.(failure)) });
      undo.unshift(() => reactions.stop());
      undo.unshift(() => stopSending(app));
      undo.unshift(() => work.end());
      await app.get(PublishSuppressions, { strict: false }).start();
      // Legal clocks read the authority: they wait for no read model.
      for (const each of [loop, upkeep, sending]) {
        each.start();
        undo.unshift(() => each.stop());
      }
      health.watchBegin(work);
      await work.begin(engine.leases.shared);
    }
    let closing: Promise<void> | undefined;
    return {
      url, socketPath, app, engine,
      async nudge() {
        await engine.wakeUps.nudge();
        await sharing.tick();
        if (works) {
          await upkeep.tick();
          await loop.tick();
          await sending.tick();
          await reactions.settle();
          await loop.tick();
        }
        await projections.caughtUp();
      },
      close: () => (closing ??= closeAll(undo)),
    };
  } catch (error) {
    await closeAll(undo);
    throw error;
  }
}

async function closeAll(undo: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const step of undo) await step();
}
