import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OutrightError } from '#kernel/errors';

const CHUNK = 256 * 1024;

/** Each file as frames of four length bytes and that many content bytes, ended by a frame of no bytes. A file that is gone has none. */
const READER = `
const fs = require('node:fs');
const frame = Buffer.alloc(4 + ${CHUNK});
const send = (length) => {
  frame.writeUInt32LE(length);
  for (let sent = 0; sent < 4 + length;) sent += fs.writeSync(1, frame, sent, 4 + length - sent);
};
for (const path of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  let file;
  try { file = fs.openSync(path, 'r'); } catch (error) { if (error.code !== 'ENOENT') throw error; }
  if (file !== undefined) {
    for (let read; (read = fs.readSync(file, frame, 4, ${CHUNK}, null)) > 0;) send(read);
    fs.closeSync(file);
  }
  send(0);
}`;

/**
 * Reads files in a process of its own: where this process holds a database open, opening and closing its file here would free the
 * locks on it (POSIX). Call `next` once for each path, in order, and read it to its end.
 * @throws OutrightError `byte-scan-unreadable` while reading, if a file cannot be read
 */
export function foreignFileReader(paths: readonly string[]) {
  const child = spawn(process.execPath, ['-e', READER], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(paths));
  const output = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffered: Buffer = Buffer.alloc(0);

  const take = async (length: number): Promise<Buffer> => {
    const parts = [buffered];
    for (let have = buffered.length; have < length; ) {
      const more = await output.next();
      if (more.done === true) throw unreadable();
      parts.push(more.value);
      have += more.value.length;
    }
    const all = parts.length === 1 ? buffered : Buffer.concat(parts);
    buffered = all.subarray(length);
    return all.subarray(0, length);
  };

  return {
    async *next(): AsyncGenerator<Buffer> {
      for (;;) {
        const length = (await take(4)).readUInt32LE();
        if (length === 0) return;
        yield await take(length);
      }
    },
    /** Ends the process, whether everything was read or not. */
    async close(): Promise<void> {
      child.kill();
      await ended.catch(() => undefined);
    },
  };
}

function unreadable(): OutrightError {
  return new OutrightError('A file could not be read for the search that ends an erasure.', {
    code: 'byte-scan-unreadable', rule: 'ERA-03', fix: 'Make every file of the data folder readable for the user that runs Outright.', status: 500, exit: 1, retriable: true,
  });
}
