/** The keys used last, in memory only. */
export class RecentKeys {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly most: number) {}

  get(kid: string): Buffer | undefined {
    const key = this.keys.get(kid);
    if (key !== undefined) {
      this.keys.delete(kid);
      this.keys.set(kid, key);
    }
    return key;
  }

  put(kid: string, key: Buffer): void {
    this.keys.set(kid, key);
    if (this.keys.size > this.most) this.keys.delete(this.keys.keys().next().value!);
  }

  drop(kid: string): void {
    this.keys.delete(kid);
  }
}
