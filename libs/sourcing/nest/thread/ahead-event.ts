import type { PreparedEvent } from '#kernel/envelope';

type Ahead = NonNullable<PreparedEvent['ahead']>;

/** An event that was put in its place on another thread; in any other place it is made anew from its body. */
export class AheadEvent implements PreparedEvent {
  constructor(readonly type: string, readonly recordedAt: string, readonly ahead: Ahead) {}

  get body(): string {
    const { version, prevHash, bytes } = this.ahead;
    return `{${bytes.toString('utf8').slice(`{"streamVersion":${version},"prevHash":"${prevHash}",`.length)}`;
  }
}
