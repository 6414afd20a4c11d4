import { domainToASCII } from 'node:url';

/** ISO 3166-1 alpha-2 codes whose country-code domain is used mainly from that country. */
const NATIONAL =
  'ad ae af al am ao ar at au aw az ba bb bd be bf bg bh bi bj bn bo br bs bt bw by ca cd cf cg ch ci ck cl cm cn cr cu cv cw cy cz ' +
  'de dj dk dm do dz ec ee eg er es et fi fj fk fo fr ga gb ge gf gh gi gl gm gn gp gq gr gt gu gw gy hk hn hr ht hu id ie il im in iq ir ' +
  'is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz lb lc li lk lr ls lt lu lv ma mc md mg mh mk ml mm mn mo mp mq mr mt mu mv mw mx my mz na nc ' +
  'ne nf ng ni nl no np nr nz om pa pe pf pg ph pk pl pm ps pt py qa re ro rs ru rw sa sb sd se sg si sk sl sm sn so sr ss st sv sy sz ' +
  'tc td tg th tj tl tm tn tr tt tw tz ua ug us uy uz va ve vg vi vn ye yt za zm zw';

/** Country-code domains in national scripts, as U-labels. */
const NATIONAL_SCRIPT: Readonly<Record<string, string>> = {
  RU: 'рф', UA: 'укр', BY: 'бел', BG: 'бг', GR: 'ελ', RS: 'срб', MK: 'мкд', KZ: 'қаз', MN: 'мон', AM: 'հայ', GE: 'გე', CN: '中国 中國', HK: '香港',
  TW: '台湾 台灣', KR: '한국', TH: 'ไทย', SG: '新加坡', IN: 'भारत', AE: 'امارات', SA: 'السعودية', EG: 'مصر', IL: 'ישראל',
};

/**
 * Left out on purpose, because they say nothing of a country: `eu`, `su`, `ac`, and the codes sold world-wide as generic
 * names (`ag ai as bz cc co fm gd gg gs io la ly me ms nu pn pr pw sc sh sx tf tk to tv vc ws` and others).
 */
const COUNTRY_OF_TLD = new Map<string, string>([
  ['uk', 'GB'],
  ...NATIONAL.split(' ').map((code) => [code, code.toUpperCase()] as const),
  ...Object.entries(NATIONAL_SCRIPT).flatMap(([country, tlds]) => tlds.split(' ').map((tld) => [domainToASCII(tld), country] as const)),
]);

/** ISO 3166-1 alpha-2 country of a top-level domain in A-label form; undefined where the domain tells none. Only ever a reason to be stricter (LAW-07). */
export function countryOfTld(tld: string): string | undefined {
  return COUNTRY_OF_TLD.get(tld);
}
