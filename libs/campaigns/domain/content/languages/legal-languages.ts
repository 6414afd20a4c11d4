import { BadInput } from '#kernel/errors';
import { english } from './en.legal.js';
import type { LegalLanguage } from './legal-language.js';

const languages: ReadonlyMap<string, LegalLanguage> = new Map([english].map((language) => [language.code, language]));

/**
 * The legal wording of a language.
 * @param code BCP 47 primary tag, lower case.
 * @throws BadInput `legal-language-missing` (SND-03): a mail is never sent with a legal block in another language than its own.
 */
export function legalLanguage(code: string): LegalLanguage {
  const language = languages.get(code);
  if (language !== undefined) return language;
  throw new BadInput(`There is no legal block in the language ${JSON.stringify(String(code).slice(0, 20))}.`, {
    code: 'legal-language-missing', rule: 'SND-03', fix: `Write the template in one of: ${[...languages.keys()].join(', ')}.`,
  });
}
