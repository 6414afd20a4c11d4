const SMALLEST = 64 * 1024;

/** Bytes one behind the other in a block of their own, which can change hands without a copy. */
export class PacketBytes {
  private block = Buffer.from(new ArrayBuffer(SMALLEST));
  private end = 0;

  add(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.block.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** In UTF-8; returns the bytes that it became, good until more are added. */
  addText(text: string): Buffer {
    this.reserve(3 * text.length);
    const length = this.block.write(text, this.end);
    return this.block.subarray(this.end, (this.end += length));
  }

  all(): Uint8Array {
    return this.block.subarray(0, this.end);
  }

  private reserve(bytes: number): void {
    if (this.end + bytes <= this.block.length) return;
    const larger = Buffer.from(new ArrayBuffer(2 * (this.end + bytes)));
    larger.set(this.all());
    this.block = larger;
  }
}
