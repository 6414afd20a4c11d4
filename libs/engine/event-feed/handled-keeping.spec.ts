import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import { HandledKeeping } from './handled-keeping.js';

const event = (version: number): StoredEvent => ({ position: undefined, streamId: 'contact-1', version, type: 'ProspectSourced', hash: '', bytes: Buffer.alloc(0) });

/** Steps that wait until they are let go on. */
function gated() {
  const steps: string[] = [];
  const waiting: (() => void)[] = [];
  const step = (name: string) => {
    steps.push(name);
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { steps, step, next: async () => {
    waiting.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  } };
}

describe('what was handled is kept', () => {
  it('the versions before the offset, and together what was handled meanwhile, whose offset is the one to commit', async () => {
    const { steps, step, next } = gated();
    const keeping = new HandledKeeping((events) => step(`keep ${events.map(({ version }) => version).join()}`), (offset) => step(`commit ${offset}`));
    keeping.add([event(1)], '0');
    keeping.add([event(2)], '1');
    keeping.add([event(3)], '2');
    expect(steps).toEqual(['keep 1']);
    const finished = keeping.finished().then(() => steps.push('finished'));
    await next();
    expect(steps).toEqual(['keep 1', 'keep 2,3']);
    await next();
    await next();
    await finished;
    expect(steps).toEqual(['keep 1', 'keep 2,3', 'commit 2', 'finished']);
    keeping.add([event(4)], '3');
    expect(steps.at(-1)).toBe('keep 4');
  });

  it('commits no offset whose versions are not kept, and says why at the end', async () => {
    const commits: string[] = [];
    const keeping = new HandledKeeping(async (events) => {
      if (events[0]!.version === 2) throw new Error('away');
    }, async (offset) => void commits.push(offset));
    keeping.add([event(1)], '0');
    await keeping.finished();
    keeping.add([event(2)], '1');
    keeping.add([event(3)], '2');
    await expect(keeping.finished()).rejects.toThrow('away');
    expect([commits, keeping.failed]).toEqual([['0'], true]);
    // What was in hand when it failed is added late.
    keeping.add([event(4)], '3');
    await expect(keeping.finished()).rejects.toThrow('away');
    expect(commits).toEqual(['0']);
  });
});
