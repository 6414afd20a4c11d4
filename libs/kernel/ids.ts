/** Source of random bytes; cryptographic outside tests. */
export type RandomSource = (bytes: number) => Buffer;

/** A random stream or record id: prefix and 128 bits as lower-case hex, e.g. `contact-9f…`. Never derived from a person. */
export function randomId(random: RandomSource, prefix?: string): string {
  const id = random(16).toString('hex');
  return prefix === undefined ? id : `${prefix}-${id}`;
}

/** `contact` of `contact-9f…`. */
export function streamCategory(streamId: string): string {
  const dash = streamId.indexOf('-');
  return dash < 0 ? streamId : streamId.slice(0, dash);
}
