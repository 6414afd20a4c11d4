import { HmacSha256 } from '#kernel/hmac-sha256';

/** Lines whose ids begin alike. */
const NEIGHBOURS = 500;
/** Hexadecimal digits of an id that are its own. */
const TAIL = 24;

/**
 * Ids of what a file's lines become. Under a key that lives only while the import runs, a second run over the same line gives the same
 * id and so finds what it has stored; afterwards nothing leads from an id to a line. Neighbouring lines share their first 32 bits, so
 * that an index takes them side by side; the other 96 tell them apart. Their events name the import in clear anyway.
 */
export class LineIds {
  private row: { line: number; text: string } | undefined;
  private last: { neighbourhood: number; text: string } | undefined;

  private readonly keyed: HmacSha256;

  constructor(key: Uint8Array) {
    this.keyed = new HmacSha256(key);
  }

  contact(line: number): string {
    return this.named('contact', line, this.ofLine(line).slice(0, TAIL));
  }

  phone(line: number): string {
    return this.named('contact', line, this.hmac(`phone:${line}`).slice(0, TAIL));
  }

  /** One person for all lines with the same `same_person`. */
  prospect(line: number, samePerson: string | undefined): string {
    return samePerson === undefined ? this.named('prospect', line, this.ofLine(line).slice(TAIL, 2 * TAIL)) : this.named('prospect', 0, this.hmac(`person:${samePerson}`).slice(0, TAIL));
  }

  private named(prefix: string, line: number, tail: string): string {
    return `${prefix}-${this.beginning(Math.floor(line / NEIGHBOURS))}${tail}`;
  }

  /** One keyed hash for both ids of a line: its halves tell nothing of each other. */
  private ofLine(line: number): string {
    if (this.row?.line !== line) this.row = { line, text: this.hmac(`line:${line}`) };
    return this.row.text;
  }

  private beginning(neighbourhood: number): string {
    if (this.last?.neighbourhood !== neighbourhood) this.last = { neighbourhood, text: this.hmac(`lines\0${neighbourhood}`).slice(0, 8) };
    return this.last.text;
  }

  private hmac(of: string): string {
    return this.keyed.digest(of, 'hex');
  }
}
