import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MovableClock } from '#engine/clock/movable.clock';
import { hashEvent, readEnvelope } from '#kernel/envelope';
import { commitOf } from '#engine/event-store/prepared-event.fixture';
import { openEmbeddedEngine } from './embedded-engine.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The engine as plain JavaScript in a folder, for a process of its own. */
function compileInto(folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports: { '#*': './libs/*.js' } }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const lib of ['kernel', 'contracts', 'engine']) {
    const files = readdirSync(join(ROOT, 'libs', lib), { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!.*\.(spec|contract)\.ts$).*\.ts$/.test(name));
    for (const file of files) {
      const target = join(folder, 'libs', lib, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      const { code } = transformFileSync(join(ROOT, 'libs', lib, file), { swcrc: false, configFile: false, jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } });
      writeFileSync(target, code);
    }
  }
}

const WRITER = `
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { SystemClock } from '#engine/clock/system.clock';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
const engine = await openEmbeddedEngine({ dataFolder: process.argv[2], clock: new SystemClock() });
await Promise.all(Array.from({ length: 8 }, async () => {
  for (const streamId = newStream();;) {
    const { version } = await engine.store.append(commitOf({ streamId }));
    process.stdout.write(streamId + ' ' + version + '\\n');
  }
}));
`;

describe('embedded engine', () => {
  let temp: TempFolder;
  let dataFolder: string;
  beforeEach(() => {
    temp = tempFolder();
    dataFolder = join(temp.path, 'data');
  });
  afterEach(() => temp.remove());

  const open = () => openEmbeddedEngine({ dataFolder, clock: new MovableClock(new Date('2026-11-02T09:00:00Z')) });

  it('reads back after a restart what it acknowledged', async () => {
    let engine = await open();
    const commit = commitOf({ wakeAt: new Date('2026-11-05T09:00:00Z') });
    await engine.store.append(commit);
    const before = await engine.store.load(commit.streamId);
    await engine.close();
    engine = await open();
    expect(await engine.store.load(commit.streamId)).toEqual(before);
    expect(await engine.store.append(commit)).toEqual({ status: 'duplicate', version: 1 });
    expect(await engine.store.nextDue(new Date(0))).toEqual(commit.wakeAt);
    await engine.close();
  });

  it('H10 a process killed while it writes loses nothing that it acknowledged', async () => {
    const program = join(temp.path, 'program');
    mkdirSync(program);
    compileInto(program);
    writeFileSync(join(program, 'writer.js'), WRITER);
    const acknowledged = new Map<string, number>();
    for (let round = 1; round <= 2; round += 1) {
      const child: ChildProcess = spawn(process.execPath, [join(program, 'writer.js'), dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout! });
      let count = 0;
      lines.on('line', (line) => {
        const [streamId, version] = line.split(' ') as [string, string];
        acknowledged.set(streamId, Number(version));
        if ((count += 1) === 300) child.kill('SIGKILL');
      });
      await Promise.all([once(child, 'exit'), once(lines, 'close')]);
      expect(child.signalCode).toBe('SIGKILL');
    }
    const engine = await open();
    expect(acknowledged.size).toBe(16);
    for (const [streamId, version] of acknowledged) {
      const events = await engine.store.load(streamId);
      expect(events.length).toBeGreaterThanOrEqual(version);
      events.forEach((event, at) => {
        expect([event.version, event.hash]).toEqual([at + 1, hashEvent(event.bytes)]);
        expect(readEnvelope(event.bytes).prevHash).toBe(at === 0 ? '' : events[at - 1]!.hash);
      });
    }
    const positions = (await engine.feed.read(0, 1_000_000)).map((event) => event.position);
    expect(positions).toEqual(positions.map((_, at) => at + 1));
    await engine.close();
  });

  it('closes once, gracefully: what was asked before is written', async () => {
    const engine = await open();
    const commit = commitOf();
    const pending = engine.store.append(commit);
    await Promise.all([engine.close(), engine.close()]);
    expect(await pending).toMatchObject({ status: 'appended' });
    await expect(engine.store.append(commitOf())).rejects.toMatchObject({ code: 'store-closed' });
    const again = await open();
    expect((await again.store.load(commit.streamId))).toHaveLength(1);
    await again.close();
  });

  it('H14 a second engine on the folder is refused and harms nothing', async () => {
    const engine = await open();
    await expect(open()).rejects.toMatchObject({ code: 'data-folder-in-use', exit: 6 });
    expect((await engine.store.append(commitOf())).status).toBe('appended');
    await engine.close();
  });
});
