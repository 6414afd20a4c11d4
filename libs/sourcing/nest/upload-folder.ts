import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Installation } from '#contracts/api/installation';
import { TOKENS } from '#contracts/api/tokens';
import { BadInput } from '#kernel/errors';

/** Largest upload in bytes. A longer file is imported on the machine itself. */
const MAX_UPLOAD = 1 << 30;

/** Uploaded files: readable by the process alone, there for one import, gone after it and after a crash. */
@Injectable()
export class UploadFolder implements OnModuleInit {
  constructor(@Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'paths'>) {}

  async onModuleInit(): Promise<void> {
    const { uploads } = this.installation.paths;
    await mkdir(uploads, { recursive: true, mode: 0o700 });
    for (const name of await readdir(uploads)) await rm(join(uploads, name), { force: true, recursive: true });
  }

  /** Streams the body into a file and returns its path. @throws BadInput `upload-too-large` */
  async receive(body: Readable): Promise<string> {
    const path = join(this.installation.paths.uploads, `${randomBytes(16).toString('hex')}.csv`);
    let received = 0;
    const limit = new Transform({
      transform(piece: Buffer, _, done) {
        received += piece.length;
        if (received <= MAX_UPLOAD) done(null, piece);
        else done(new BadInput('The file is larger than 1 GiB.', { code: 'upload-too-large', status: 413, fix: 'Split the file, or import it on the machine itself.' }));
      },
    });
    try {
      await pipeline(body, limit, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    } catch (error) {
      await this.remove(path);
      throw error;
    }
    return path;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}
