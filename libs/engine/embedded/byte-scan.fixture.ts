import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names of the files below a folder that contain any of the byte strings. Only for a folder whose engine is closed: reading a
 * database file inside the process that holds it would free its locks (POSIX).
 */
export function filesContaining(folder: string, needles: readonly Buffer[]): string[] {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => statSync(join(folder, name)).isFile());
  return names.filter((name) => {
    const bytes = readFileSync(join(folder, name));
    return needles.some((needle) => bytes.includes(needle));
  });
}
