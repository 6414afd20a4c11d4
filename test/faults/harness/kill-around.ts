import { EmbeddedContactRegistry } from '#engine/contact-registry/embedded.contact-registry';
import { EventLog, type AppendRequest } from '#engine/event-log/event-log';

type AnyMethod = (...args: unknown[]) => Promise<unknown>;
const TRANSACTIONS = ['create', 'optOut', 'suppress', 'close', 'remove'] as const;

/**
 * Kills this process right before or right after something becomes durable: the commit of an event of that type, of that step of an
 * erasure, or a transaction of the registry.
 * @param place `before:<what>` or `after:<what>` with an optional `:<count>`; what is an event type, a step or `registry.<method>`
 */
export function killAround(place: string): void {
  const [when, what = '', count = '1'] = place.split(':');
  let left = Number(count);
  const wrap = (owner: object, method: string, meant: (args: readonly unknown[]) => boolean): void => {
    const original = Reflect.get(owner, method) as AnyMethod;
    Reflect.set(owner, method, async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const now = meant(args) && --left === 0;
      if (now && when === 'before') die();
      const result = await original.apply(this, args);
      if (now && when === 'after') die();
      return result;
    });
  };
  for (const method of TRANSACTIONS) wrap(EmbeddedContactRegistry.prototype, method, () => what === `registry.${method}`);
  for (const method of ['append', 'appendMany']) wrap(EventLog.prototype, method, ([given]) => [given].flat().some((request) => holds(request as AppendRequest, what)));
}

function holds({ events }: AppendRequest, what: string): boolean {
  return events.some(({ type, data }) => type === what || (data as { step?: unknown }).step === what);
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
