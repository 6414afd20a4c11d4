import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { z } from 'zod';
import { TOKENS } from '#contracts/api/tokens';
import type { DeadLetter, DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { Actor } from '#kernel/envelope';
import { NotFound } from '#kernel/errors';
import type { deadLetter, deadLetterReplay } from './dead-letter.answers.js';

type Told = z.output<typeof deadLetter>;
type Replayed = z.output<typeof deadLetterReplay>['items'][number];

/** How long an answer waits for the consumers, and how often it looks, milliseconds. */
const PATIENCE = 10_000;
const LOOK_EVERY = 50;

/** What is set aside, and its replay by a person (H8). The letters are the record: they stay when they are lifted, with who wanted it. */
@Injectable()
export class DeadLetterDesk implements OnApplicationShutdown {
  private readonly log = new Logger('dead letters');
  private readonly known = new Map<string, number>();
  private readonly unwatch: () => void;

  constructor(@Inject(TOKENS.deadLetters) private readonly letters: DeadLetters) {
    this.unwatch = letters.watch((open) => this.tell(open));
  }

  onApplicationShutdown(): void {
    this.unwatch();
  }

  async list(lifted: number): Promise<Told[]> {
    return [...(await this.letters.open()), ...(lifted > 0 ? await this.letters.lifted(lifted) : [])].map(toldOf);
  }

  /** @param ids undefined for all that are open */
  async replay(ids: readonly string[] | undefined, actor: Actor, dryRun: boolean): Promise<Replayed[]> {
    const open = await this.letters.open();
    const chosen = ids === undefined ? open : ids.map((id) => open.find((letter) => letter.id === id) ?? notOpen(id));
    if (dryRun) return chosen.map((letter) => ({ ...toldOf(letter), outcome: 'would-replay' }));
    const by = `${actor.kind} ${actor.id}`;
    await this.letters.ask(chosen.map(({ id }) => id), by);
    this.log.log(`replay of ${chosen.map(({ id }) => id).join(', ') || 'nothing'} wanted by ${by}`);
    const until = performance.now() + PATIENCE;
    for (;;) {
      const now = await Promise.all(chosen.map(async (before) => replayedOf(before, (await this.letters.get(before.id)) ?? before)));
      if (now.every(({ outcome }) => outcome !== 'waiting') || performance.now() > until) return now;
      await delay(LOOK_EVERY);
    }
  }

  private tell(open: readonly DeadLetter[]): void {
    for (const { id, consumer, streamId, version, code, count } of open) {
      if (this.known.get(id) !== count) this.log.warn(`${consumer} cannot handle event ${version} of ${streamId} (${code}): set aside as ${id}, tried ${count} times`);
    }
    const ids = new Set(open.map(({ id }) => id));
    for (const id of this.known.keys()) if (!ids.has(id)) this.log.log(`${id} was replayed; its stream goes on`);
    this.known.clear();
    for (const { id, count } of open) this.known.set(id, count);
  }
}

function toldOf({ id, consumer, streamId, version, through, code, firstSeenAt, lastSeenAt, count, asked, lifted }: DeadLetter): Told {
  const by = (lifted ?? asked)?.by;
  return {
    id, consumer, streamId, version, events: through - version + 1, code, firstSeenAt, lastSeenAt, count,
    state: lifted !== undefined ? 'replayed' : asked !== undefined ? 'replay-wanted' : 'set-aside',
    ...(by === undefined ? {} : { by }), ...(lifted === undefined ? {} : { replayedAt: lifted.at }),
  };
}

function replayedOf(before: DeadLetter, now: DeadLetter): Replayed {
  return { ...toldOf(now), outcome: now.lifted !== undefined ? 'replayed' : now.asked !== undefined || now.count === before.count ? 'waiting' : 'failed-again' };
}

function notOpen(id: string): never {
  throw new NotFound(`No dead letter ${id} is open.`, { code: 'unknown-dead-letter', rule: 'H8', fix: 'List them with `outright dead-letters list`.' });
}
