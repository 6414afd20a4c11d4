import { countryCode } from '#compliance/domain/countries';

/** ISO 3166 alpha-2 in capitals, `unknown` for an empty cell, undefined for what is no country code. */
export function countryOf(cell: string): string | undefined {
  return cell === '' ? 'unknown' : countryCode(cell.toUpperCase());
}
