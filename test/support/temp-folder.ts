import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A fresh folder that `removeTempFolders` (or the end of the process) takes away. */
export function tempFolder(label = 'outright'): string {
  const folder = mkdtempSync(join(tmpdir(), `${label}-`));
  folders.push(folder);
  return folder;
}

export function removeTempFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

process.once('exit', removeTempFolders);
