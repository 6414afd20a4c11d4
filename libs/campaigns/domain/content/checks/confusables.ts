const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h', о: 'o', р: 'p', ѕ: 's', т: 't', ц: 'u', ѵ: 'v', ԝ: 'w', х: 'x', у: 'y',
  α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ı: 'i', '\ua4dd': 'f', '\ua789': ':', '\u0589': ':', '\u2236': ':', '\u05c3': ':', '\uff1a': ':', '\u02d0': ':',
};

/** Folds letters of other scripts that look Latin, so that a disguised word is still recognised. Input: lower case. */
export function latinLookalikes(text: string): string {
  return text.replace(/[^\u0000-\u007f]/gu, (character) => LOOKALIKES[character] ?? character); // eslint-disable-line no-control-regex
}
