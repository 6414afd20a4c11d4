const ISO_3166 = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH
GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB
LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`;

const codes = new Map<string, string>(ISO_3166.split(/\s+/).map((code) => [code, code]));
codes.set('UK', 'GB').set('EL', 'GR');

/** The assigned ISO 3166 alpha-2 code (upper case; UK and EL are read as GB and GR), or undefined. */
export function countryCode(value: string | undefined): string | undefined {
  return value === undefined ? undefined : codes.get(value);
}

/** Country-code domains sold world-wide as if generic: they say nothing about where a recipient is. */
const GENERIC_USE = new Set('AC AI BZ CC CO FM GG IO LA LY ME MS NU SC SH SO TK TO TV VC WS'.split(' '));

/** What a ccTLD says about the country: a code, `EU` for .eu, or undefined where it says nothing. */
export function tldSignal(tldCountry: string | undefined): string | undefined {
  if (tldCountry === undefined || GENERIC_USE.has(tldCountry)) return undefined;
  return tldCountry === 'EU' ? 'EU' : (countryCode(tldCountry) ?? tldCountry);
}
