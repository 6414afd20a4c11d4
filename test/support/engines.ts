import { join } from 'node:path';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { wrappedKeys } from '#engine/key-vault/wrapped-keys.fixture';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { testStandalone, type TestStandalone, type TestStandaloneOptions } from './standalone.js';

/** The engine that a journey runs on. */
export interface EngineUnderTest {
  readonly name: string;
  /** The product on this engine, in one process or several. */
  run(options: TestStandaloneOptions): Promise<TestStandalone>;
  /** What a new installation says of its engine. */
  settings(): Promise<Readonly<Record<string, unknown>>>;
  /** Every data key as it lies there; only while no app runs. */
  wrappedKeys(config: LoadedConfig): Promise<{ readonly wrapped: Buffer; readonly destroyed: boolean }[]>;
  /** Names of the places below the product that hold any of the byte strings; only while no app runs. */
  placesContaining(config: LoadedConfig, needles: readonly Buffer[]): Promise<string[]>;
  /** Takes away what the installations left behind outside their folders. */
  remove(): Promise<void>;
}

export const embedded: EngineUnderTest = {
  name: 'embedded',
  run: testStandalone,
  settings: async () => ({}),
  wrappedKeys: async ({ data }) => wrappedKeys(join(data, 'keys.db')),
  placesContaining: async ({ data }, needles) => filesContaining(data, needles),
  remove: async () => undefined,
};
