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

/**
 * A bar chart: a line of words and a bar for each, so that nothing shrinks or runs out of a narrow screen. Its description says the
 * same in words, and every bar carries its number.
 */
export function barChart(title: string, bars: readonly Bar[]): string {
  if (bars.length === 0) return `<p class="none">${escapeHtml(title)}: nothing on record.</p>`;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, tone = '' }) => {
    const share = value === 0 ? 0 : Math.max(0.5, Math.round((value / most) * 1000) / 10);
    return `<div class="bar"><span>${escapeHtml(label)}</span><b>${value}</b><svg aria-hidden="true"><rect class="${tone}" width="${share}%" height="100%" rx="3"/></svg></div>`;
  });
  const words = bars.map(({ label, value }) => `${label} ${value}`).join(', ');
  return `<div class="chart" role="img" aria-label="${escapeHtml(`${title}: ${words}`)}"><p aria-hidden="true">${escapeHtml(title)}</p>${rows.join('')}</div>`;
}

/** What a narrow column must be allowed to break, such as an id. */
const LONG_WORD = /[^\s-]{12,}/;

/** A table with a caption and a header row; a column of numbers is aligned right together with its header. */
export function table(caption: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return '';
  const ofNumbers = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const isLong = (value: string | number | undefined) => LONG_WORD.test(String(value));
  const mark = (column: number, value?: string | number) => (ofNumbers[column] === true ? ' class="number"' : isLong(value) ? ' class="long"' : '');
  const head = header.map((name, column) => `<th scope="col"${mark(column)}>${escapeHtml(name)}</th>`).join('');
  const line = (row: readonly (string | number)[]) => `<tr>${row.map((value, column) => `<td${mark(column, value)}>${escapeHtml(String(value))}</td>`).join('')}</tr>`;
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.map(line).join('')}</tbody></table>`;
}
