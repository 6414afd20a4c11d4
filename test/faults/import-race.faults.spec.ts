import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { canary, keysOf, remains, type Canary } from './harness/canaries.js';
import { ErasingApp } from './harness/erasing-app.js';
import { anySeed, seeded } from './harness/seeded.js';

let app: ErasingApp;
beforeAll(async () => {
  app = await ErasingApp.open();
}, 120_000);
afterAll(async () => {
  await app?.end();
  removeTempFolders();
});

const ROUNDS = 15;
const EACH = 8;

it('INV-08 INV-05 SUP-03 SUP-10 imports that race opt-outs of the same people, known and new, bring nobody back and leave nobody without a clock', async () => {
  const seed = anySeed();
  const random = seeded(seed);
  const everybody: Canary[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const known = Array.from({ length: EACH }, canary);
    const fresh = Array.from({ length: EACH }, canary);
    await app.import(`known-${round}`, known);
    const both = [...known, ...fresh].sort(() => random() - 0.5);
    const leave = async () => {
      for (const one of both) {
        if (random() < 0.2) await sleep(random() * 5);
        expect(await app.optOut([one])).toBe(true);
      }
    };
    await Promise.all([app.import(`again-${round}`, both), leave(), leave()]);
    everybody.push(...both);
  }
  expect(await app.import('last', everybody)).toMatchObject({ suppressed: everybody.length, created: 0, merged: 0 });
  await app.erased(ROUNDS * EACH);
  const before = app.app.logged;
  await app.stop();
  expect({ seed, withoutClock: await app.withoutClock() }).toEqual({ seed, withoutClock: [] });
  expect({ seed, living: keysOf(app.config).filter(({ destroyed, purpose }) => !destroyed && purpose === 'marketing') }).toEqual({ seed, living: [] });
  expect({ seed, remains: remains(app.config, everybody) }).toEqual({ seed, remains: [] });
  expect(before.filter((line) => line.includes('"error"'))).toEqual([]);
}, 600_000);

it('H1 SRC-13 INV-08 a process that dies before or after a registry transaction of an import goes on with it to the same counts', async () => {
  const people = Array.from({ length: 1_500 }, canary);
  for (const place of ['before:registry.create:1', 'after:registry.create:1', 'before:registry.create:2', 'after:ImportChunkStored:1']) {
    await app.start(`around:${place}`);
    await app.app.ready();
    await app.import('cut-off', people).catch(() => undefined);
    await waitFor(`the death ${place}`, () => app.app.ended);
    expect(await app.app.exited).toEqual({ code: null, signal: 'SIGKILL' });
  }
  await app.start();
  await app.app.ready();
  const counts = await app.import('cut-off', people);
  expect(counts).toMatchObject({ rows: people.length, created: people.length, suppressed: 0, merged: 0 });
  await app.stop();
  expect(await app.withoutClock()).toEqual([]);
}, 300_000);
