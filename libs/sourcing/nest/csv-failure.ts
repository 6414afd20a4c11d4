import { BadInput } from '#kernel/errors';

/** A file that cannot be read as a whole; nothing of it was stored. Names the line, never a value. */
export function csvFailure(code: string, line: number | undefined, message: string, fix: string): BadInput {
  const where = line === undefined ? '' : `Line ${line}: `;
  return new BadInput(`${where}${message}`, { code, rule: 'SRC-01', fix, findings: line === undefined ? [] : [{ line, code, rule: 'SRC-01', fix }] });
}

/** Characters. */
export const MAX_RECORD_LENGTH = 65_536;
