import type { Recipient } from '#contracts/fields';
import { canonicalDomain } from '#kernel/address/domain-name';
import { type EmailAddress, parseEmailAddress } from '#kernel/address/email-address';
import { parsePhoneNumber } from '#kernel/address/phone-number';
import { OutrightError } from '#kernel/errors';
import { fromMs, type Instant, parseInstantOrDate } from '#kernel/time/instant';
import { type Basis, basisOf } from './basis-of.js';
import type { ColumnMap } from './column-map.js';
import type { Column } from './columns.js';
import { countryOf } from './country-of.js';
import { type AgeBand, isAgeBand, mayHold } from './held-age.js';
import type { ImportConfig } from './import-config.js';
import { RowTexts, type Texts } from './row-texts.js';
import { type Finding, finding, type RefusalCode } from './refusal-codes.js';
import { CollectionClocks, type RowClocks } from './row-clocks.js';
import { type Source, sourceOf } from './source-of.js';

export type RecipientType = 'company_role' | 'company_person' | 'sole_trader' | 'private';

/** One row that may be kept, read into the terms of the events. */
export interface ProspectRow extends Source {
  readonly line: number;
  readonly address: EmailAddress;
  readonly recipient: Recipient & { readonly email: string };
  /** E.164. */
  readonly phone: string | undefined;
  readonly country: string;
  readonly recipientType: RecipientType;
  readonly collectedAt: Instant;
  readonly clocks: RowClocks;
  readonly basis: Basis;
  readonly ageBand: AgeBand | undefined;
  /** Groups rows of one file into one person; never stored. */
  readonly samePerson: string | undefined;
}

export interface RowRules {
  readonly now: Date;
  /** Settings `retention.marketing`, `legalTz` and `age.holdMin`. */
  readonly retention: string;
  readonly legalTz: string;
  readonly holdMin: number;
}

export type RowReading = { readonly row: ProspectRow | undefined; readonly findings: readonly Finding[] };

const RECIPIENT_TYPES = new Set(['company_role', 'company_person', 'sole_trader', 'private']);
const LONGEST: Partial<Record<Column, number>> = {
  first_name: 200, last_name: 200, company: 200, domain: 253, source_name: 300, source_url: 2000, collected_by: 200, consent_text: 8000, same_person: 500,
};
const LIMITED = Object.entries(LONGEST) as [Column, number][];
const CONTROL = /\p{Cc}/u;
const MOST_REMEMBERED = 2_000;

/**
 * Reads rows by the pinned rules. A row's facts are made by hand, not by a schema, because this is the hottest code of an import;
 * the events validate them again when they are prepared.
 */
export class RowReader {
  private readonly texts: RowTexts;
  private readonly clocks: CollectionClocks;
  private readonly now: Instant;
  private readonly instants = new Map<string, Instant | undefined>();
  private readonly bases = new Map<string, BasisReading>();

  constructor(private readonly columns: ColumnMap, config: ImportConfig, private readonly rules: RowRules) {
    this.texts = new RowTexts(columns, config);
    this.clocks = new CollectionClocks(rules.retention, rules.legalTz);
    this.now = fromMs(rules.now.getTime());
  }

  /** The trimmed text of a cell, or the configured default where it is empty. */
  cell(cells: readonly string[], column: Column): string {
    return this.texts.one(cells, column);
  }

  read(line: number, cells: readonly string[]): RowReading {
    if (cells.length !== this.columns.width) return { row: undefined, findings: [finding(line, '(row)', 'column-count', 'refused')] };
    const findings: Finding[] = [];
    const refuse = (column: Column, code: RefusalCode): void => void findings.push(finding(line, column, code, 'refused'));
    const drop = (column: Column, code: RefusalCode): undefined => void findings.push(finding(line, column, code, 'dropped'));
    const texts = this.texts.of(cells);
    const cell = (column: Column): string => texts[column];

    const address = readAddress(cell('email'));
    if (address === undefined) refuse('email', 'address-unreadable');
    this.checkTexts(texts, refuse);
    const country = countryOf(cell('country'));
    if (country === undefined) refuse('country', 'country-not-iso');
    const recipientType = cell('recipient_type').toLowerCase() || 'private';
    if (!RECIPIENT_TYPES.has(recipientType)) refuse('recipient_type', 'recipient-type-unknown');
    const source = sourceOf(cell, refuse);
    const collectedAt = this.collectedAt(cell('collected_at'), refuse);
    const basis = this.basis(texts);
    if ('problem' in basis) refuse(basis.column, basis.problem);
    const band = cell('age_band').toLowerCase();
    if (band !== '' && !isAgeBand(band)) refuse('age_band', 'age-band-unknown');
    const ageBand = isAgeBand(band) ? band : undefined;
    if (!mayHold(ageBand, country ?? 'unknown', this.rules.holdMin)) refuse('age_band', 'known-minor');
    if (findings.length > 0 || address === undefined || country === undefined || source === undefined || collectedAt === undefined || 'problem' in basis) {
      return { row: undefined, findings };
    }
    const samePerson = cell('same_person');
    const { sourceType, method, provenance } = source;
    const row: ProspectRow = {
      line, address, country, collectedAt, ageBand, sourceType, method,
      recipient: this.recipient(address, cell, drop),
      phone: readPhone(cell('phone'), country, drop),
      recipientType: recipientType as RecipientType,
      clocks: this.clocks.of(collectedAt, sourceType, method),
      provenance: basis.sealed === undefined ? provenance : { ...provenance, ...basis.sealed },
      basis: basis.basis,
      samePerson: samePerson === '' ? undefined : samePerson,
    };
    return { row, findings };
  }

  private checkTexts(texts: Texts, refuse: (column: Column, code: RefusalCode) => void): void {
    const { ascii } = this.texts;
    for (const [column, longest] of LIMITED) {
      const text = texts[column];
      if (text.length > longest) refuse(column, 'field-too-long');
      else if (!ascii && column !== 'consent_text' && CONTROL.test(text)) refuse(column, 'field-control-character');
    }
  }

  /** The same object for the same claim; a consent is its person's own. */
  private basis(texts: Texts): BasisReading {
    const read = (): BasisReading => withoutFreeText(basisOf((column) => texts[column], this.now));
    if (texts.basis.toLowerCase() === 'consent') return read();
    const key = `${texts.basis}\0${texts.basis_ref}`;
    let basis = this.bases.get(key);
    if (basis === undefined) {
      if (this.bases.size >= MOST_REMEMBERED) this.bases.clear();
      this.bases.set(key, (basis = read()));
    }
    return basis;
  }

  private collectedAt(text: string, refuse: (column: Column, code: RefusalCode) => void): Instant | undefined {
    if (text === '') return void refuse('collected_at', 'collected-at-missing');
    const at = this.instant(text);
    if (at === undefined) return void refuse('collected_at', 'collected-at-unreadable');
    if (at > this.now) return void refuse('collected_at', 'collected-in-future');
    return this.now >= this.clocks.expiresAt(at) ? void refuse('collected_at', 'collected-too-old') : at;
  }

  private instant(text: string): Instant | undefined {
    const known = this.instants.get(text);
    if (known !== undefined || this.instants.has(text)) return known;
    if (this.instants.size >= MOST_REMEMBERED) this.instants.clear();
    const at = readInstant(text);
    this.instants.set(text, at);
    return at;
  }

  private recipient(address: EmailAddress, cell: (column: Column) => string, drop: (column: Column, code: RefusalCode) => undefined): ProspectRow['recipient'] {
    const recipient: Record<string, string> & { email: string } = { email: address.original };
    for (const column of ['first_name', 'last_name', 'company'] as const) {
      const text = cell(column);
      if (text !== '') recipient[column] = text;
    }
    const domain = readDomain(cell('domain'), drop);
    if (domain !== undefined) recipient['domain'] = domain;
    return recipient;
  }
}

/** Stands in clear for a text that is sealed with the provenance. */
const SEALED = 'sealed-with-provenance';

type BasisReading = Extract<ReturnType<typeof basisOf>, { problem: RefusalCode }> | { readonly basis: Basis; readonly sealed: Pick<ProspectRow['provenance'], 'basisRef' | 'consentMethod'> | undefined };

/** Free text can name a person, so it stands sealed with the provenance; in clear stays only that it is there (INV-07). */
function withoutFreeText(read: ReturnType<typeof basisOf>): BasisReading {
  if ('problem' in read) return read;
  const { evidenceRef, consent } = read.basis;
  if (evidenceRef === undefined && consent === undefined) return { basis: read.basis, sealed: undefined };
  return {
    basis: { ...read.basis, ...(evidenceRef === undefined ? {} : { evidenceRef: SEALED }), ...(consent === undefined ? {} : { consent: { ...consent, method: SEALED } }) },
    sealed: { ...(evidenceRef === undefined ? {} : { basisRef: evidenceRef }), ...(consent === undefined ? {} : { consentMethod: consent.method }) },
  };
}

function readAddress(text: string): EmailAddress | undefined {
  return quietly(() => parseEmailAddress(text));
}

function readInstant(text: string): Instant | undefined {
  return quietly(() => parseInstantOrDate(text));
}

function readDomain(text: string, drop: (column: Column, code: RefusalCode) => undefined): string | undefined {
  return text === '' ? undefined : (quietly(() => canonicalDomain(text)) ?? drop('domain', 'domain-malformed'));
}

function readPhone(text: string, country: string, drop: (column: Column, code: RefusalCode) => undefined): string | undefined {
  if (text === '') return undefined;
  const reading = parsePhoneNumber(text, country);
  return 'problem' in reading ? drop('phone', reading.problem) : reading.e164;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof OutrightError) return undefined;
    throw error;
  }
}
