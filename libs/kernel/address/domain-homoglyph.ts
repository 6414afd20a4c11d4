import { toUnicodeDomain } from './domain-name.js';

/** Scripts that are written together in one word (UTS 39, highly restrictive level). */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

const SCRIPTS = [
  'Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Thai', 'Devanagari', 'Cherokee', 'Han', 'Hiragana', 'Katakana', 'Hangul',
  'Bopomofo',
].map((name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u') }));
const NEUTRAL = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** Letters that common fonts draw like an ASCII letter or digit. */
const LOOKALIKES = new Set([
  ...'аеорсухјіѕһԁԛԝӏҽѵѡ',
  ...'αονρυικωγχ',
  ...'օսոհցզ',
  ...'ıɑɡɩʏꞁℓᴏᴜᴠᴡᴢᴄ',
]);

/**
 * Whether a domain imitates another: a label mixes scripts that no language mixes, or consists of letters of another alphabet
 * that all look like ASCII. Such a domain keeps its own identity and is only flagged (section E). Expects a canonical domain.
 */
export function isHomoglyphDomain(domain: string): boolean {
  if (!/(?:^|\.)xn--/.test(domain)) return false;
  const labels = toUnicodeDomain(domain).split('.');
  const foreignTop = /[^\x21-\x7e]/.test(labels.at(-1) ?? '');
  return labels.some((label) => mixesScripts(label) || (!foreignTop && imitatesAscii(label)));
}

function mixesScripts(label: string): boolean {
  const used = scriptsOf(label);
  return used.size > 1 && !TOGETHER.some((group) => [...used].every((script) => group.includes(script)));
}

function scriptsOf(label: string): Set<string> {
  const letters = [...label].filter((letter) => !NEUTRAL.test(letter));
  return new Set(letters.map((letter) => SCRIPTS.find((script) => script.letter.test(letter))?.name ?? 'other'));
}

function imitatesAscii(label: string): boolean {
  const letters = [...label];
  return letters.some((letter) => LOOKALIKES.has(letter)) && letters.every((letter) => LOOKALIKES.has(letter) || /[a-z0-9-]/.test(letter));
}
