import { createHmac } from 'node:crypto';

/** Lines whose ids begin alike. */
const NEIGHBOURS = 500;

/**
 * Ids of what a file's lines become. Under a key that lives only while the import runs, a second run over the same line gives the same
 * id and so finds what it has stored; afterwards nothing leads from an id to a line. Neighbouring lines share their first 32 bits, so
 * that an index takes them side by side; the other 96 tell them apart. Their events name the import in clear anyway.
 */
export class LineIds {
  private last: { neighbourhood: number; text: string } | undefined;

  constructor(private readonly key: Buffer) {}

  contact(line: number): string {
    return this.id('contact', line, `email:${line}`);
  }

  phone(line: number): string {
    return this.id('contact', line, `phone:${line}`);
  }

  /** One person for all lines with the same `same_person`. */
  prospect(line: number, samePerson: string | undefined): string {
    return samePerson === undefined ? this.id('prospect', line, `line:${line}`) : this.id('prospect', 0, `person:${samePerson}`);
  }

  private id(prefix: string, line: number, of: string): string {
    return `${prefix}-${this.beginning(Math.floor(line / NEIGHBOURS))}${this.hmac(`${prefix}\0${of}`).slice(0, 24)}`;
  }

  private beginning(neighbourhood: number): string {
    if (this.last?.neighbourhood !== neighbourhood) this.last = { neighbourhood, text: this.hmac(`lines\0${neighbourhood}`).slice(0, 8) };
    return this.last.text;
  }

  private hmac(of: string): string {
    return createHmac('sha256', this.key).update(of).digest('hex');
  }
}
