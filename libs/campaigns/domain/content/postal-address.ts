import type { PostalAddress } from './controller-identity.js';
import type { ContentFinding } from './content-finding.js';
import { POSTCODE_FORMATS } from './postcode-formats.js';

const CLAUSE = '15 USC 7704(a)(5)(A)(iii); 16 CFR 316.2(p)';
const FIELDS = ['street', 'locality', 'postcode', 'country'] as const;
const PLACEHOLDER = [
  /^(n\/?\.?a\.?|none|null|undefined|nil|tb[acd]|todo|to be (added|announced|confirmed|done)|unknown|not (available|applicable|known|given)|placeholder|sample|dummy|foo|bar|baz|asdf\w*|qwerty|lorem ipsum.*)$/i,
  /^(.)\1{2,}$|^x+$|^[\s\p{P}\p{S}_]+$/iu,
  /\b(your|my|our|some|any|company) (company('s)? )?(street|address|city|town|locality|post ?code|zip( code)?|country)\b|\b(address|street) (line )?(goes )?here\b/i,
  /^\s*(\[.*\]|<.*>|\{.*\}|%.*%|\*\|.*\|\*)\s*$/,
];
const STREET_PLACEHOLDER = /^(123|1234|12345)[ ,]+(main|any|some|anywhere|first|elm)? ?(street|st|road|rd|avenue|ave|lane|ln|drive|dr)\.?$|^(street|address|test|example)( (name|line|address|street|\d+))*$|\b(fake|example|sample|test|placeholder) (street|st|road|rd|avenue|ave)\b/i;
const PO_BOX = /\bp\.? ?o\.?[ -]*box\b|\bpost(al)? ?(office)? ?box\b|\bpostfach\b|\bbo[iî]te postale\b|\bb\.?p\.? ?\d|\bpostbus\b|\bapartado\b|\bpostkast\b|\bpostilokero\b|\bcasella postale\b|\bpostboks\b|\bskrytka pocztowa\b|\bpmb ?#? ?\d/i;
// eslint-disable-next-line no-control-regex -- refusing control characters is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/**
 * What is wrong with a postal address (SND-02). Street, locality, postcode and ISO 3166 alpha-2 country are required;
 * a box counts only where it is marked registered. An empty list means it may be printed.
 */
export function postalAddressFindings(address: PostalAddress | undefined): ContentFinding[] {
  if (address === undefined || address === null) return [finding('postal-address-missing', 'The sender has no postal address.', 'Give street, locality, postcode and country.')];
  const findings: ContentFinding[] = [];
  for (const field of FIELDS) {
    const fault = fieldFault(field, address[field]);
    if (fault !== undefined) findings.push(finding(`postal-address-${field}`, `The ${field} of the postal address ${fault}.`, `Give the real ${field}.`));
  }
  if (address.region !== undefined && CONTROL.test(address.region)) findings.push(finding('postal-address-region', 'The region of the postal address holds a line break or control character.', 'Give it on one line.'));
  if (findings.length > 0) return findings;
  if (!isCountry(address.country)) findings.push(finding('postal-address-country', 'The country of the postal address is not an ISO 3166 alpha-2 code.', 'Give two capital letters, such as EE.'));
  const format = POSTCODE_FORMATS[address.country];
  if (format !== undefined && !format.test(address.postcode.trim())) findings.push(finding('postal-address-postcode', `The postcode of the postal address does not have the form used in ${address.country}.`, 'Check the postcode and the country.'));
  if (address.poBoxRegistered !== true && PO_BOX.test(address.street)) findings.push(finding('postal-address-box', 'The postal address is a box that is not marked as registered.', 'Register the box and set poBoxRegistered, or give a street address.'));
  return findings;
}

function fieldFault(field: (typeof FIELDS)[number], raw: unknown): string | undefined {
  if (typeof raw !== 'string' || raw.replace(/[\s\u200b-\u200f\u2060\ufeff\u00ad]/gu, '') === '') return 'is missing';
  if (CONTROL.test(raw)) return 'holds a line break or control character';
  const value = raw.normalize('NFKC').trim().replace(/\s+/g, ' ');
  if (value.length > 200) return 'is longer than 200 characters';
  if (PLACEHOLDER.some((pattern) => pattern.test(value)) && !(field === 'postcode' && /\d/.test(value) && !/^0+$/.test(value))) return 'is a placeholder';
  if (field === 'street' && STREET_PLACEHOLDER.test(value)) return 'is a placeholder';
  if (field === 'street' && (value.length < 3 || !/\p{L}/u.test(value))) return 'is not a street';
  if (field === 'locality' && !/\p{L}/u.test(value)) return 'is not a place';
  if (field === 'postcode' && !/[\p{L}\d]{2}/u.test(value)) return 'is not a postcode';
  return undefined;
}

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && !['ZZ', 'EU', 'EZ', 'UN', 'XA', 'XB', 'QO'].includes(code) && countryNames.of(code) !== undefined;
}

/** The address on one line, the country by its name in the given language. */
export function addressLine(address: PostalAddress, language: string): string {
  const country = new Intl.DisplayNames([language], { type: 'region' }).of(address.country) ?? address.country;
  return [address.street, `${address.postcode} ${address.locality}`, address.region, country].filter((part) => part !== undefined && part.trim() !== '').join(', ');
}

function finding(id: string, message: string, fix: string): ContentFinding {
  return { id, severity: 'error', rule: 'SND-02', clause: CLAUSE, message, fix, where: { part: 'identity' } };
}
