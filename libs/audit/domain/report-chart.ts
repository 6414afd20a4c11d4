/** Text made safe for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Class of the bar: `good`, `bad`, `open` or empty. */
  readonly tone?: string;
}

const ROW = 28;
const LABEL = 230;
const WIDTH = 640;

/** A bar chart as inline SVG. Its description says the same in words, and every bar carries its number. */
export function barChart(title: string, bars: readonly Bar[]): string {
  if (bars.length === 0) return `<p class="none">${escapeHtml(title)}: nothing on record.</p>`;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const height = bars.length * ROW + 8;
  const rows = bars.map(({ label, value, tone = '' }, at) => {
    const y = at * ROW + 4;
    const length = value === 0 ? 0 : Math.max(2, Math.round((value / most) * (WIDTH - LABEL - 80)));
    return `<text x="${LABEL - 10}" y="${y + 16}" text-anchor="end">${escapeHtml(label)}</text>`
      + `<rect class="${tone}" x="${LABEL}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="3"/>`
      + `<text x="${LABEL + length + 8}" y="${y + 16}">${value}</text>`;
  });
  const words = bars.map(({ label, value }) => `${label} ${value}`).join(', ');
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${height}" aria-label="${escapeHtml(`${title}: ${words}`)}">${rows.join('')}</svg>`;
}

/** A table with a caption and a header row. */
export function table(caption: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return '';
  const cell = (value: string | number) => `<td${typeof value === 'number' ? ' class="number"' : ''}>${escapeHtml(String(value))}</td>`;
  const head = header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table>`;
}
