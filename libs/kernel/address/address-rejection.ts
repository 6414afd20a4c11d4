import { BadInput } from '#kernel/errors';

/** Why an address, domain or number cannot be given an identity. Stable, safe to log and to report per line. */
export type AddressProblem =
  | 'empty' | 'input-too-long' | 'control-character' | 'undecodable-character' | 'several-addresses' | 'no-at-sign'
  | 'local-empty' | 'local-too-long' | 'local-malformed' | 'address-too-long'
  | 'domain-malformed' | 'domain-not-qualified' | 'domain-label-too-long';

const REASONS: Record<AddressProblem, string> = {
  'empty': 'it is empty',
  'input-too-long': 'the input is longer than any address can be',
  'control-character': 'it holds a line break or another control character',
  'undecodable-character': 'it holds a character that was damaged by a wrong encoding or has no fixed meaning',
  'several-addresses': 'it holds more than one address',
  'no-at-sign': 'it has no @ between a local part and a domain',
  'local-empty': 'the part before the @ is empty',
  'local-too-long': 'the part before the @ is longer than 64 octets',
  'local-malformed': 'the part before the @ is not a dot-atom or a quoted string (RFC 5321 section 4.1.2)',
  'address-too-long': 'it is longer than 254 octets',
  'domain-malformed': 'the domain is not a valid host name (RFC 1034, UTS 46)',
  'domain-not-qualified': 'the domain has no top-level part',
  'domain-label-too-long': 'a label of the domain is longer than 63 octets',
};

/** Undecodable input is refused by reason alone; the message never repeats the input (SUP-02). */
export function rejectAddress(what: 'email address' | 'domain', problem: AddressProblem): BadInput {
  const prefix = what === 'domain' ? 'domain' : 'address';
  return new BadInput(`The ${what} cannot be read: ${REASONS[problem]}.`, {
    code: problem.startsWith(`${prefix}-`) ? problem : `${prefix}-${problem}`,
    rule: 'SUP-02',
    fix: `Correct the ${what} in the source, or leave it out.`,
  });
}
