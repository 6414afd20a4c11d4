import { OutrightError } from '#kernel/errors';

/** Composing on another thread asked for a data key that did not come with the order. */
export class NeedsKey extends OutrightError {
  constructor(readonly kid: string) {
    super('A data key was not given.', { code: 'needs-key' });
  }
}
