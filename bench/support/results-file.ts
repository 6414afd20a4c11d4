import { existsSync, readFileSync } from 'node:fs';

const HEAD = [
  '# Benchmark results', '',
  'Written by `npm run bench`, loopback only. Rival and product run in turns in one process per benchmark, at the durability that is printed; ratios come',
  'first, then minimum–median–maximum over the rounds. Each section says when and on what it was measured; a run of some benchmarks renews only theirs.',
  'Other machines give other figures.', '',
].join('\n');

export interface Section { readonly title: string; /** When and on what machine. */ readonly measured: string; readonly text: string }

/** The file with these sections in place of the ones of the same benchmark, in the order of all titles; what no benchmark has any more is left out. */
export function withSections(path: string, titles: readonly string[], fresh: readonly Section[]): string {
  const kept = new Map<string, string>();
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const part of before.split(/^## /m).slice(1)) kept.set(part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim());
  for (const { title, measured, text } of fresh) kept.set(title, `${measured}\n\n\`\`\`\n${text.trim()}\n\`\`\``);
  return `${HEAD}\n${titles.flatMap((title) => (kept.has(title) ? [`## ${title}\n\n${kept.get(title)!}\n`] : [])).join('\n')}`;
}
