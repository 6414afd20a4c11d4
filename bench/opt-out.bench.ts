import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Controller, HttpCode, Module, Post, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { TOKENS } from '#contracts/api/tokens';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { readMessage } from '#campaigns/domain/mime-reader';
import { RecipientPagesModule } from '#permission/nest/recipient-pages.module';
import { testEngine } from '#test/support/engine';
import { modelThread } from './support/model-thread.js';
import { startPoster } from './support/poster.js';
import { sendingRig, type SendingRig } from './support/sending-rig.js';
import { threadTo } from './support/sending-thread.js';
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
      [TOKENS.catchUp, rig.catchUp], [TOKENS.deadLetters, rig.engine.deadLetters], [TOKENS.personalData, rig.personal],
    ];
    return {
      module: BenchModule, global: true, imports: [CqrsModule.forRoot(), RecipientPagesModule], controllers: [BareController],
      providers: tokens.map(([provide, useValue]) => ({ provide, useValue })),
      exports: tokens.map(([token]) => token),
    };
  }
}

export interface Latency { readonly p50: number; readonly p99: number; readonly max: number; readonly sentPerSecond: number }
export interface OptOutBenchResult { readonly optOut: Latency; readonly bare: Latency; readonly optOuts: number; readonly perSecond: number }
interface Side { readonly times: readonly number[]; readonly sent: number; readonly seconds: number }

const ROUNDS = 5;
/** Posts of each kind before the first that counts: an app that was just started still compiles its routes. */
const WARM_UP = 500;

/**
 * B7: the one-click POST of RFC 8058, durable and effective before its 200, while a campaign runs at full speed in the same process;
 * against a POST route of the same app that does nothing, beside the same campaign.
 */
export async function run({ optOuts = 1_500, perSecond = 100 }: { optOuts?: number; perSecond?: number } = {}): Promise<OptOutBenchResult> {
  const sink = await startSink();
  const rig = await sendingRig({ transport: new SmtpMailTransport({ host: '127.0.0.1', port: sink.port, security: 'none', clientName: 'localhost' }), thread: threadTo(sink.port), connections: 10, test: await testEngine(undefined, undefined, modelThread) });
  const app = await NestFactory.create(BenchModule.of(rig), { logger: false, abortOnError: false });
  const poster = await startPoster();
  try {
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const people = Array.from({ length: optOuts + WARM_UP }, (_, i) => `leaver${i}@buyer${i % 97}.example`);
    await rig.addPeople(people, {}, 'leavers');
    await rig.addPeople(Array.from({ length: 40 * (optOuts + WARM_UP) }, (_, i) => `p${i}@buyer${i % 97}.example`), {}, 'beside');
    await rig.runner.start();
    const links = await linksOf(rig, people.length);
    const startAt = new Date(rig.clock.now().getTime() + 3_600_000);
    await rig.launch({ name: 'beside', imports: 'beside', start: startAt.toISOString() });
    rig.clock.advanceTo(startAt);
    await rig.engine.wakeUps.nudge();
    const side = async (paths: readonly string[]): Promise<Side> => {
      sink.reset();
      const began = performance.now();
      const { times } = await poster.post({ port, paths, perSecond });
      return { times, sent: (await sink.count()).messages, seconds: (performance.now() - began) / 1000 };
    };
    const bare = (count: number) => Array.from({ length: count }, () => '/bare');
    await side(links.slice(0, WARM_UP));
    await side(bare(WARM_UP));
    const sides: { optOut: Side[]; bare: Side[] } = { optOut: [], bare: [] };
    const size = Math.ceil(optOuts / ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      const from = WARM_UP + round * size;
      sides.optOut.push(await side(links.slice(from, from + size)));
      sides.bare.push(await side(bare(size)));
    }
    if ((await rig.runner.status((await rig.reader.byName('beside'))?.campaignId ?? '')) === undefined) throw new Error('The campaign ended before the measurement did.');
    return { optOut: latencyOf(sides.optOut), bare: latencyOf(sides.bare), optOuts: size * ROUNDS, perSecond };
  } finally {
    poster.stop();
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

function latencyOf(sides: readonly Side[]): Latency {
  const times = sides.flatMap((side) => side.times);
  const total = (of: (side: Side) => number) => sides.reduce((sum, side) => sum + of(side), 0);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times), sentPerSecond: total(({ sent }) => sent) / total(({ seconds }) => seconds) };
}

export function textOf({ optOut, bare, optOuts, perSecond }: OptOutBenchResult): string {
  const line = ({ p50, p99, max, sentPerSecond }: Latency) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms, the campaign beside it at ${sentPerSecond.toFixed(0)} msg/s`;
  return [
    `B7 opt-out: p99 ${(optOut.p99 / bare.p99).toFixed(2)} times that of a bare route; ${optOut.p99.toFixed(1)} ms (target 25 ms)`,
    `   opt-out ${line(optOut)}`,
    `   bare    ${line(bare)} (the same app, doing nothing)`,
    `   ${optOuts} one-click POSTs and as many to the bare route, in turns, ${perSecond} a second from another process, each timed from when it was due, after ${WARM_UP} of each to warm up; each opt-out fsynced and in force before its 200`,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(textOf(await run({ optOuts: Number(process.argv[2] ?? 1_500) })));
