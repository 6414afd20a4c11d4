import 'reflect-metadata';
import { Agent, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Controller, HttpCode, Module, Post, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { TOKENS } from '#contracts/api/tokens';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { readMessage } from '#campaigns/domain/mime-reader';
import { RecipientPagesModule } from '#permission/nest/recipient-pages.module';
import { sendingRig, type SendingRig } from './support/sending-rig.js';
import { startSink } from './support/sink.js';
import { quantile } from './support/spread.js';

@Controller()
class BareController {
  @Post('bare')
  @HttpCode(200)
  bare(): string {
    return 'ok';
  }
}

@Module({})
class BenchModule {
  /** The recipient pages as the app composes them, over the parts of a rig. */
  static of(rig: SendingRig): DynamicModule {
    const tokens: [symbol, unknown][] = [
      [TOKENS.addressBook, rig.book], [TOKENS.tenancy, rig.tenancy], [TOKENS.clock, rig.clock], [TOKENS.keyProvider, rig.engine.keyProvider],
      [TOKENS.registry, rig.engine.registry], [TOKENS.inFlight, rig.inFlight], [TOKENS.eventLog, rig.log], [TOKENS.vault, rig.engine.vault], [TOKENS.readModels, rig.engine.readModels],
      [TOKENS.catchUp, rig.catchUp], [TOKENS.personalData, rig.personal],
    ];
    return {
      module: BenchModule, global: true, imports: [CqrsModule.forRoot(), RecipientPagesModule], controllers: [BareController],
      providers: tokens.map(([provide, useValue]) => ({ provide, useValue })),
      exports: tokens.map(([token]) => token),
    };
  }
}

export interface Latency { readonly p50: number; readonly p99: number; readonly max: number; readonly perSecond: number }
export interface OptOutBenchResult { readonly optOut: Latency; readonly bare: Latency; readonly optOuts: number; readonly sentBeside: number }

/**
 * B7: the one-click POST of RFC 8058, durable and effective before its 200, while a campaign runs at full speed in the same process;
 * against a POST route of the same app that does nothing, beside the same campaign.
 */
export async function run({ optOuts = 500, inParallel = 4 }: { optOuts?: number; inParallel?: number } = {}): Promise<OptOutBenchResult> {
  const sink = await startSink();
  const rig = await sendingRig({ transport: new SmtpMailTransport({ host: '127.0.0.1', port: sink.port, security: 'none', clientName: 'localhost' }), connections: 10 });
  const app = await NestFactory.create(BenchModule.of(rig), { logger: false, abortOnError: false });
  const agent = new Agent({ keepAlive: true, maxSockets: inParallel });
  try {
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const people = Array.from({ length: optOuts * 2 + 100 }, (_, i) => `leaver${i}@buyer${i % 97}.example`);
    await rig.addPeople(people, {}, 'leavers');
    await rig.addPeople(Array.from({ length: 20_000 }, (_, i) => `p${i}@buyer${i % 97}.example`), {}, 'beside');
    await rig.runner.start();
    const links = await linksOf(rig, people.length);
    const startAt = new Date(rig.clock.now().getTime() + 3_600_000);
    await rig.launch({ name: 'beside', imports: 'beside', start: startAt.toISOString() });
    rig.clock.advanceTo(startAt);
    await rig.engine.wakeUps.nudge();
    const post = (path: string) => posted(agent, port, path);
    await inTurns(links.slice(0, 100), inParallel, post);
    await inTurns(Array.from({ length: 100 }, () => '/bare'), inParallel, post);
    const optOut = await inTurns(links.slice(100, 100 + optOuts), inParallel, post);
    const bare = await inTurns(Array.from({ length: optOuts }, () => '/bare'), inParallel, post);
    if (rig.runner.status((await rig.reader.byName('beside'))?.campaignId ?? '') === undefined) throw new Error('The campaign ended before the measurement did.');
    const { messages } = await sink.count();
    return { optOut, bare, optOuts, sentBeside: messages };
  } finally {
    agent.destroy();
    await app.close();
    await rig.close();
    sink.stop();
  }
}

/** Links as recipients hold them: taken from finished messages. */
async function linksOf(rig: SendingRig, count: number): Promise<string[]> {
  const { campaignId } = await rig.launch({ name: 'leavers', imports: 'leavers', start: '2030-01-01T00:00:00Z' });
  const view = await rig.reader.byId(campaignId);
  const template = view === undefined ? undefined : await rig.reader.template(view.templateVersion);
  const context = await rig.reader.dispatchContext(campaignId);
  const links: string[] = [];
  for (const contactId of (await rig.reader.audience(campaignId)).slice(0, count)) {
    const { contact } = await rig.gate.preview(contactId, 'x', context);
    if (view === undefined || template === undefined || contact === undefined) throw new Error('There is nobody to write to.');
    const message = await rig.composer.compose({ campaign: view, template, dispatchId: await rig.runner.dispatchId(campaignId, contactId), at: rig.clock.now(), to: { contact } });
    const header = readMessage(message.raw).headers.find(({ name }) => name === 'List-Unsubscribe')?.value ?? '';
    links.push(new URL(header.slice(1, -1)).pathname);
  }
  return links;
}

async function inTurns(paths: readonly string[], inParallel: number, post: (path: string) => Promise<void>): Promise<Latency> {
  const times: number[] = [];
  const left = [...paths];
  const began = performance.now();
  await Promise.all(Array.from({ length: inParallel }, async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const sent = performance.now();
      await post(path);
      times.push(performance.now() - sent);
    }
  }));
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times), perSecond: (1000 * times.length) / (performance.now() - began) };
}

function posted(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = 'List-Unsubscribe=One-Click';
    const call = request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } }, (response) => {
      response.resume();
      response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`POST answered ${response.statusCode ?? 0}.`))));
    });
    call.once('error', reject);
    call.end(body);
  });
}

export function textOf({ optOut, bare, optOuts, sentBeside }: OptOutBenchResult): string {
  const line = ({ p50, p99, max, perSecond }: Latency) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms, ${perSecond.toFixed(0)}/s`;
  return [
    `B7 opt-out: ${(optOut.perSecond / bare.perSecond).toFixed(2)} times a bare route; p99 ${optOut.p99.toFixed(1)} ms (target 25 ms)`,
    `   opt-out ${line(optOut)} (${optOuts} one-click POSTs, each fsynced and in force before its 200)`,
    `   bare    ${line(bare)} (the same app, doing nothing)`,
    `   a campaign at full speed beside both: ${sentBeside} messages`,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(textOf(await run({ optOuts: Number(process.argv[2] ?? 500) })));
