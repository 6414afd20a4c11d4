import type { ProspectRow, RowReader } from '../../domain/prospect-row.js';

/** A row of which mostly only the line is asked: the rest is read from its cells again when it is, by the same rules. */
export class PackedRow implements ProspectRow {
  readonly samePerson: string | undefined;
  private known: ProspectRow | undefined;

  constructor(readonly line: number, private readonly methodText: string, samePerson: string, private readonly cells: string, private readonly reader: RowReader) {
    this.samePerson = samePerson === '' ? undefined : samePerson;
  }

  get method(): ProspectRow['method'] { return this.methodText as ProspectRow['method']; }
  get address(): ProspectRow['address'] { return this.whole.address; }
  get recipient(): ProspectRow['recipient'] { return this.whole.recipient; }
  get phone(): ProspectRow['phone'] { return this.whole.phone; }
  get country(): ProspectRow['country'] { return this.whole.country; }
  get recipientType(): ProspectRow['recipientType'] { return this.whole.recipientType; }
  get collectedAt(): ProspectRow['collectedAt'] { return this.whole.collectedAt; }
  get clocks(): ProspectRow['clocks'] { return this.whole.clocks; }
  get basis(): ProspectRow['basis'] { return this.whole.basis; }
  get ageBand(): ProspectRow['ageBand'] { return this.whole.ageBand; }
  get sourceType(): ProspectRow['sourceType'] { return this.whole.sourceType; }
  get provenance(): ProspectRow['provenance'] { return this.whole.provenance; }

  private get whole(): ProspectRow {
    if (this.known === undefined) this.known = this.reader.read(this.line, JSON.parse(this.cells) as string[]).row;
    if (this.known === undefined) throw new TypeError('A row is read in one way on both threads.');
    return this.known;
  }
}
