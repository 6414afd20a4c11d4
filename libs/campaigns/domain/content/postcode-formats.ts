const DIGITS_4 = /^\d{4}$/;
const DIGITS_5 = /^\d{5}$/;

/** Forms of postcodes of countries whose form is fixed; other countries' postcodes are only checked for presence. */
export const POSTCODE_FORMATS: Readonly<Record<string, RegExp>> = {
  AT: DIGITS_4, AU: DIGITS_4, BE: DIGITS_4, BG: DIGITS_4, CH: DIGITS_4, DK: DIGITS_4, HU: DIGITS_4, NO: DIGITS_4, SI: DIGITS_4,
  DE: DIGITS_5, EE: DIGITS_5, ES: DIGITS_5, FI: DIGITS_5, FR: DIGITS_5, HR: DIGITS_5, IT: DIGITS_5,
  CA: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i,
  CZ: /^\d{3} ?\d{2}$/, SK: /^\d{3} ?\d{2}$/, SE: /^\d{3} ?\d{2}$/, GR: /^\d{3} ?\d{2}$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IE: /^[A-Z]\d[\dW] ?[A-Z\d]{4}$/i,
  LT: /^(LT-)?\d{5}$/i, LV: /^(LV-)?\d{4}$/i, LU: /^(L-)?\d{4}$/i,
  NL: /^\d{4} ?[A-Z]{2}$/i,
  PL: /^\d{2}-\d{3}$/, PT: /^\d{4}-\d{3}$/,
  US: /^\d{5}(-\d{4})?$/,
};
