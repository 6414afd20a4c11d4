import { existsSync } from 'node:fs';
import { FORMAT_FILE, holdsData } from '#engine/embedded/data-folder-files';
import { BadInput } from '#kernel/errors';
import type { LoadedConfig } from '#tenancy/nest/config-file';

type Place = Pick<LoadedConfig, 'data' | 'path'>;

/**
 * A path that was mistyped, or a volume that is not mounted, must not begin an empty installation: it would know no opt-out (INV-04).
 * A damaged folder is the engine's to name.
 * @throws BadInput `no-data-folder`
 */
export function assertDataFolder({ data, path }: Place): void {
  if (holdsData(data)) return;
  throw new BadInput(`${data} ${existsSync(data) ? `holds no installation: ${FORMAT_FILE} is missing` : 'does not exist'}; nothing was started.`, {
    code: 'no-data-folder', rule: 'INV-04',
    fix: `Correct \`data\` in ${path}, or mount the volume that holds it. For a new installation move that file away and run \`outright init\`.`,
  });
}

/** Makes the folder of a new installation; one that is there already stays as it is. */
export async function makeDataFolder({ data }: Pick<Place, 'data'>): Promise<void> {
  const { DataFolder } = await import('#engine/embedded/data-folder');
  DataFolder.open(data).close();
}
