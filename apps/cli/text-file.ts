import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { resolve } from 'node:path';
import { OutrightError } from '#kernel/errors';
import { usage } from './failures.js';

/** A UTF-8 file named on the command line, without byte order mark. */
export async function readTextFile(path: string, cwd: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(cwd, path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usage(`${path} is not UTF-8.`, 'Save it as UTF-8.');
  }
}

/** A file to be streamed, after a check that it can be. */
export async function openFile(path: string, cwd: string): Promise<Readable> {
  const full = resolve(cwd, path);
  try {
    if (!(await stat(full)).isFile()) throw usage(`${path} is no file.`, 'Name a file.');
  } catch (cause) {
    throw cause instanceof OutrightError ? cause : unreadable(path, cause);
  }
  return createReadStream(full);
}

function unreadable(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code;
  return usage(`${path} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code ?? 'no code'})`}.`, 'Check the name and the permissions of the file.');
}
