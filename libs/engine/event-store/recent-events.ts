import type { EventText, StoredEvent } from './event-store.port.js';

const MOST = 4096;
/** Larger events are read from the file. */
const LARGEST = 4096;

type Recent = (EventText | StoredEvent) & { readonly position: number };

/**
 * The events appended last, by position, for consumers that are level with the log. An append that is taken back leaves its events
 * here until their positions are given out again, so nothing beyond what is committed may be asked for.
 */
export class RecentEvents {
  private readonly slots: (Recent | undefined)[] = new Array<Recent | undefined>(MOST).fill(undefined);

  put(event: Recent): void {
    this.slots[event.position % MOST] = ('text' in event ? event.text : event.bytes).length > LARGEST ? undefined : event;
  }

  /** Events behind `after` up to `head`, at most `limit`; undefined unless all of them are at hand. */
  range(after: number, head: number, limit: number): Recent[] | undefined {
    const last = Math.min(after + limit, head);
    const found: Recent[] = [];
    for (let position = after + 1; position <= last; position++) {
      const event = this.slots[position % MOST];
      if (event?.position !== position) return undefined;
      found.push(event);
    }
    return found;
  }
}
