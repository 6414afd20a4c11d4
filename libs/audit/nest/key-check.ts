import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PersonalData } from '#engine/event-log/personal-data';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { readEnvelope } from '#kernel/envelope';
import { OutrightError } from '#kernel/errors';
import type { Finding } from '../domain/finding.js';

type State = 'present' | 'destroyed' | 'missing' | 'unreadable';

const MARK = '"kid":"';
/** In text of an event the quotes are escaped, so that this stands for nothing but a sealed field. */
const KID = /"kid":"([^"\\]{1,128})"/g;
const PAGE = 100;
/** Each shows in readiness; the findings have the rest. */
const MOST_ALARMS = 20;

/** Every key that the log names is there or has its tombstone (ERA-10), and what the log says was destroyed stays so (INV-06). */
export class KeyCheck {
  private readonly looked = new Map<string, State>();
  private alarms = 0;

  constructor(private readonly vault: Pick<KeyVault, 'key'>, private readonly personal: Pick<PersonalData, 'missing'>, private readonly found: (finding: Finding) => void) {}

  /** @param stored an event whose bytes have their hash */
  async see(stored: StoredEvent): Promise<void> {
    if (stored.type === 'KeysDestroyed') for (const kid of destroyedKids(stored.bytes)) await this.destroyed(kid, stored);
    if (!stored.bytes.includes(MARK)) return;
    for (const [, kid = ''] of stored.bytes.toString('latin1').matchAll(KID)) if (!this.looked.has(kid)) await this.sealed(kid, stored);
  }

  private async sealed(kid: string, stored: StoredEvent): Promise<void> {
    const state = await this.stateOf(kid);
    if (state === 'missing') this.missing(kid, stored, 'seals a field of it, is gone and has no tombstone');
    if (state === 'unreadable') this.report('key-missing', stored, `the data key ${kid}, which seals a field of it, does not open: restore the key store and the wrapping key that belong together`);
  }

  private async destroyed(kid: string, stored: StoredEvent): Promise<void> {
    const state = await this.stateOf(kid);
    if (state === 'missing') this.missing(kid, stored, 'it says was destroyed, has no tombstone');
    if (state === 'present') this.report('key-revived', stored, `the data key ${kid}, which it says was destroyed, is there again: an old copy of the key store was put back, and what it seals must be erased anew`);
  }

  private missing(kid: string, stored: StoredEvent, how: string): void {
    if ((this.alarms += 1) <= MOST_ALARMS) this.personal.missing(kid);
    this.report('key-missing', stored, `the data key ${kid}, which ${how}: restore the key store from its last backup (ERA-10)`);
  }

  private async stateOf(kid: string): Promise<State> {
    if (this.looked.size % PAGE === PAGE - 1) await nextTurn();
    const state = await this.vault.key(kid).then((key) => (typeof key === 'string' ? key : 'present'), (error: unknown) => {
      if (error instanceof OutrightError) return 'unreadable' as const;
      throw error;
    });
    this.looked.set(kid, state);
    return state;
  }

  private report(kind: Finding['kind'], { streamId, version, position }: StoredEvent, what: string): void {
    this.found({ kind, stream: streamId, version, position, message: `Event ${version} of ${streamId} (position ${position ?? 'unknown'}): ${what}.` });
  }
}

function destroyedKids(bytes: Uint8Array): readonly string[] {
  try {
    const { keyIds } = readEnvelope(bytes).data;
    return Array.isArray(keyIds) ? keyIds.map(String) : [];
  } catch {
    return [];
  }
}
