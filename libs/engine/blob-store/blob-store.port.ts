/** Small durable byte strings (at most 1 MiB) by name: a file name, or `<folder>/<file name>`, in small letters, digits, dots and hyphens. */
export interface BlobStore {
  /** What was last written and acknowledged, by any process. */
  read(name: string): Promise<Buffer | undefined>;
  /** Durable when it resolves; a reader sees the old bytes or the new ones. */
  write(name: string, content: Buffer): Promise<void>;
  /** Gone for good when it resolves, if it was there. */
  remove(name: string): Promise<void>;
  /** Removes what the folder holds and was last written before the instant, by the machines' clocks. */
  prune(folder: string, before: Date): Promise<void>;
}

const NAME = /^([a-z][a-z0-9-]{0,63}\/)?[a-z0-9][a-z0-9.-]{0,127}$/;

/** @throws TypeError for a name that is none */
export function assertBlobName(name: string): void {
  if (!NAME.test(name)) throw new TypeError(`Not a name: ${name}`);
}
