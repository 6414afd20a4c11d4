/** Why a row, or one optional cell of it, is not kept: stable codes with the problem in words, the requirement they stand on and what to do. */
export const REFUSALS = {
  'address-unreadable': { problem: 'it is no e-mail address', rule: 'SUP-02', fix: 'Correct the e-mail address in the file, or remove the row.' },
  'column-count': { problem: 'the row has another number of cells than the header', rule: 'SRC-01', fix: 'Give the row as many cells as the header has; quote cells that hold the delimiter.' },
  'field-too-long': { problem: 'the text is too long', rule: 'SRC-04', fix: 'Shorten the cell; look for a quote that is not closed.' },
  'field-control-character': { problem: 'the text holds a control character', rule: 'SRC-04', fix: 'Remove line breaks and control characters from the cell.' },
  'country-not-iso': { problem: 'it is no country code', rule: 'LAW-07', fix: 'Write the ISO 3166 alpha-2 code, such as EE, or leave the cell empty for unknown.' },
  'recipient-type-unknown': { problem: 'it is no recipient type', rule: 'LAW-07', fix: 'Write company_role, company_person, sole_trader or private, or leave the cell empty for private.' },
  'source-type-missing': { problem: 'there is no source type', rule: 'SRC-01', fix: 'Say where the row comes from, in the row or under defaults: in import.yaml.' },
  'source-type-unknown': { problem: 'the source type is not known', rule: 'SRC-02', fix: 'Use a source type of the documentation; another one is added by an officer, with a reason.' },
  'source-needs-evidence': { problem: 'this kind of source needs evidence of the transfer', rule: 'SRC-07', fix: 'Leave these rows out: event, referral and partner data need transfer evidence, which cannot be recorded yet.' },
  'source-missing': { problem: 'neither a name nor a URL of the source is given', rule: 'SRC-01', fix: 'Fill source_name or source_url.' },
  'source-url-missing': { problem: 'the page of the source is missing', rule: 'SRC-01', fix: 'Fill source_url with the page where the address can be seen.' },
  'source-url-malformed': { problem: 'it is no web address', rule: 'SRC-01', fix: 'Write source_url as http:// or https:// with a host.' },
  'collected-at-missing': { problem: 'the time of collection is missing', rule: 'SRC-01', fix: 'Say when the row was collected, in the row or under defaults: in import.yaml.' },
  'collected-at-unreadable': { problem: 'it is no date or instant', rule: 'SRC-01', fix: 'Write collected_at as 2026-10-24 or 2026-10-24T12:00:00Z.' },
  'collected-in-future': { problem: 'the time of collection lies after now', rule: 'SRC-02', fix: 'Correct collected_at; it lies after now.' },
  'collected-too-old': { problem: 'the row is too old to be kept', rule: 'SRC-02', fix: 'Leave the row out: its retention period has ended.' },
  'collected-by-missing': { problem: 'nobody is named who collected the row', rule: 'SRC-01', fix: 'Name the person or tool that collected the row.' },
  'method-missing': { problem: 'a tool found the address, and the row does not say how', rule: 'SRC-05', fix: 'State method for rows of sourcing tools: observed or inferred.' },
  'method-unknown': { problem: 'it is no method', rule: 'SRC-05', fix: 'Write provided, observed or inferred.' },
  'method-needs-own-source': { problem: 'nobody provides an address to somebody else\'s source', rule: 'SRC-05', fix: 'Write observed or inferred: only own sources are provided by the person.' },
  'basis-missing': { problem: 'there is no lawful basis', rule: 'LAW-01', fix: 'State the lawful basis, in the row or under defaults: in import.yaml.' },
  'basis-unknown': { problem: 'it is no lawful basis', rule: 'LAW-01', fix: 'Write consent, soft_opt_in, legitimate_interest, opt_out_regime or contract.' },
  'basis-invalid': { problem: 'the proof of the consent is incomplete or out of order', rule: 'CON-05', fix: 'Give all of consent_at, consent_confirmed_at, consent_text, consent_method, consent_locale and basis_ref, in order of time.' },
  'basis-ref-missing': { problem: 'the basis needs a reference', rule: 'LAW-01', fix: 'Fill basis_ref with the LIA id or the reference of the evidence.' },
  'age-band-unknown': { problem: 'it is no age band', rule: 'MIN-06', fix: 'Write under_13, 13_15, 16_17 or adult, or leave the cell empty.' },
  'known-minor': { problem: 'the person is known to be too young', rule: 'D10', fix: 'Nothing to do: data of people known to be this young is not held.' },
  'phone-not-a-number': { problem: 'it is no phone number', rule: 'SUP-02', fix: 'Write the number with its country code, such as +372.' },
  'phone-country-unknown': { problem: 'the number has no country', rule: 'SUP-02', fix: 'Write the number with its country code, such as +372.' },
  'phone-length-wrong': { problem: 'the number has a wrong length', rule: 'SUP-02', fix: 'Correct the number; it has too few or too many digits.' },
  'phone-suppressed': { problem: 'the number is suppressed', rule: 'SRC-10', fix: 'Nothing to do: this number asked not to be contacted.' },
  'phone-known': { problem: 'the number belongs to another contact', rule: 'SRC-09', fix: 'Nothing to do: the number already belongs to a contact.' },
  'domain-malformed': { problem: 'it is no domain', rule: 'SUP-02', fix: 'Write the bare domain, or leave the cell empty.' },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** One finding of the report: names line, column, problem, rule and fix, never the value. */
export interface Finding {
  readonly line: number;
  readonly column: string;
  readonly code: RefusalCode;
  /** In words. */
  readonly problem: string;
  readonly rule: string;
  readonly fix: string;
  /** `refused`: nothing of the row is kept. `dropped`: the row is kept without this cell. */
  readonly outcome: 'refused' | 'dropped';
}

export function finding(line: number, column: string, code: RefusalCode, outcome: Finding['outcome']): Finding {
  return { line, column, code, ...REFUSALS[code], outcome };
}
