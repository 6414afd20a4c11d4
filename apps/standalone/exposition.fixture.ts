export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const SAMPLE = /^([a-z_][a-z0-9_]*)(?:\{([a-z_]+)="([^"\\\n]*)"\})? (\S+)$/;

/** Reads Prometheus' text format 0.0.4 as far as we write it. @throws on whatever does not follow it */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The last line does not end.');
  for (let at = 0; at < lines.length; ) {
    const [, name, help] = /^# HELP (\S+) (.+)$/.exec(lines[at++]!) ?? [];
    const [, typed, type] = /^# TYPE (\S+) (gauge|counter)$/.exec(lines[at++] ?? '') ?? [];
    if (name === undefined || help === undefined || type === undefined || typed !== name || families.has(name)) throw new Error(`No family begins at line ${at - 1}.`);
    const family: Family = { help, type, samples: [] };
    for (; at < lines.length && !lines[at]!.startsWith('#'); at += 1) {
      const [, of, label, labelled, value] = SAMPLE.exec(lines[at]!) ?? [];
      if (of !== name || value === undefined) throw new Error(`Line ${at + 1} is no sample of ${name}.`);
      family.samples.push({ labels: label === undefined ? {} : { [label]: labelled! }, value: Number(value) });
    }
    families.set(name, family);
  }
  return families;
}
