import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '#engine/clock/movable.clock';
import { openEmbeddedEngine, type EmbeddedEngine, type EmbeddedEngineOptions } from './embedded-engine.js';

export interface TempFolder {
  readonly path: string;
  remove(): void;
}

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'outright-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TempEngine {
  readonly engine: EmbeddedEngine;
  readonly clock: MovableClock;
  readonly folder: TempFolder;
  /** Closes the engine and removes its folder. */
  close(): Promise<void>;
}

/** An embedded engine in a new temporary folder, under a clock that a test moves. */
export async function openTempEngine(options: Partial<Omit<EmbeddedEngineOptions, 'clock'>> & { clock?: MovableClock } = {}): Promise<TempEngine> {
  const folder = tempFolder();
  const clock = options.clock ?? new MovableClock(new Date('2026-11-02T09:00:00Z'));
  const engine = await openEmbeddedEngine({ dataFolder: folder.path, ...options, clock });
  return {
    engine, clock, folder,
    async close() {
      await engine.close();
      folder.remove();
    },
  };
}
