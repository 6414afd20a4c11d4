/**
 * Work that one process at a time should do. A lease spares others the work; it never permits anything: who holds one may be stopped
 * for any time and go on afterwards, so whatever must not happen twice is decided by a conditional append.
 */
export interface Leases {
  /** Other processes may compete for them. */
  readonly shared: boolean;
  /** Takes the lease, or says that it is still here; false while another process holds it. It is renewed until it is released or lost. */
  hold(name: string): Promise<boolean>;
  /** Whether this process holds it now, asking nobody. */
  held(name: string): boolean;
  /** Keeps a short text beside a lease of this process, for the others to read: codes, numbers and times only. */
  note(name: string, text: string): Promise<void>;
  /** What its holder keeps there; undefined where nobody holds it. */
  noteOf(name: string): Promise<string | undefined>;
  /** Does the work when no other process does the same, and waits for that. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  release(name: string): Promise<void>;
  /** Releases all. */
  close(): Promise<void>;
}
