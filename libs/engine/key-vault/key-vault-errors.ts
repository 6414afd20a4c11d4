import { EXIT, OutrightError } from '#kernel/errors';

export function erasedOwner(): OutrightError {
  return new OutrightError('The data key of this person and purpose was destroyed; there is no second one.', {
    code: 'data-key-destroyed', rule: 'INV-06', fix: 'Treat the person as erased; a new prospect gets new keys.', status: 410, exit: EXIT.refused,
  });
}

export function wrongWrappingKey(): OutrightError {
  return new OutrightError('A data key does not open under the wrapping key that is installed.', {
    code: 'wrong-wrapping-key', rule: 'H11', fix: 'Restore the wrapping key that belongs to this key vault.', status: 503, exit: EXIT.fault,
  });
}
