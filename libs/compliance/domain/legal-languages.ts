/** Languages that have a `legal` partial; a template in any other is refused (SND-03). */
export const LEGAL_LANGUAGES: readonly string[] = ['en'];

/** Whether the language of the tag (BCP 47, `en`, `en-GB`) has a `legal` partial. */
export function hasLegalPartial(tag: string): boolean {
  return LEGAL_LANGUAGES.some((language) => tag === language || tag.startsWith(`${language}-`));
}
