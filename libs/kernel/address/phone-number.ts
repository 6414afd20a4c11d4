import { type CountryCode, isSupportedCountry, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/** Why a number is dropped; reported per line, without the number. */
export type PhoneProblem = 'phone-not-a-number' | 'phone-country-unknown' | 'phone-length-wrong';

export type PhoneReading = { readonly e164: string } | { readonly problem: PhoneProblem };

const MAX_INPUT = 64;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const WRITTEN_AS_NUMBER = /^[\p{Nd}+\uff0b().\-\u2010-\u2015\u2212\s/;=extEXT#,]+$/u;

/**
 * E.164 of a phone number (section E). A number without its country code is read in `defaultRegion` (ISO 3166-1 alpha-2, any
 * case; anything else counts as none). Extensions are dropped: they are behind the same contact point. Never throws.
 */
export function parsePhoneNumber(raw: string, defaultRegion?: string): PhoneReading {
  const text = raw.length > MAX_INPUT ? '' : raw.replace(INVISIBLE, '').trim().replace(/^tel:/i, '');
  if (!WRITTEN_AS_NUMBER.test(text)) return { problem: 'phone-not-a-number' };
  try {
    const number = parsePhoneNumberWithError(text, regionOption(defaultRegion), metadata);
    return number.isPossible() ? { e164: number.number } : { problem: 'phone-length-wrong' };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { problem: PROBLEM_OF[error.message] ?? 'phone-not-a-number' };
  }
}

const PROBLEM_OF: Readonly<Record<string, PhoneProblem>> = {
  INVALID_COUNTRY: 'phone-country-unknown',
  TOO_SHORT: 'phone-length-wrong',
  TOO_LONG: 'phone-length-wrong',
  INVALID_LENGTH: 'phone-length-wrong',
};

function regionOption(region: string | undefined): { defaultCountry?: CountryCode; extract: false } {
  const code = region?.trim().toUpperCase() as CountryCode | undefined;
  return code !== undefined && isSupportedCountry(code, metadata) ? { defaultCountry: code, extract: false } : { extract: false };
}
