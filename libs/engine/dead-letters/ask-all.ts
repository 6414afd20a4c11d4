import type { DeadLetters } from './dead-letters.port.js';

/** A consumer that begins anew may be another one than before: what was set aside is tried again when it comes there. Called when it has begun: not before, or it would be handed out of order. */
export async function askAll(letters: DeadLetters, consumer: string): Promise<void> {
  const open = await letters.open(consumer);
  if (open.length > 0) await letters.ask(open.map(({ id }) => id), 'rebuild');
}
