import type { PiecedPart } from '#contracts/api/campaign-content';

/** Stand in a layout for what differs between recipients: the link to leave, the source sentence, then the fields in their order. */
export const URL_SLOT = '\uE010';
export const SOURCE_SLOT = '\uE011';
const FIRST_SLOT = 0xe010;
const FIELDS_FROM = 2;
const SLOTS = /([\uE010-\uE04F])/;
const FIELD_SLOTS = /[\uE012-\uE04F]/;

/** The order of one part: a constant piece, the value with this index, and so on, ending in a piece. */
export interface PartLayout {
  readonly pieces: readonly string[];
  readonly indexes: readonly number[];
}

export function fieldSlot(index: number): string {
  return String.fromCharCode(FIRST_SLOT + FIELDS_FROM + index);
}

/** What fills the slots of a part. */
export function slotValues(url: string, source: string, fields: readonly string[]): readonly string[] {
  return [url, source, ...fields];
}

export function hasSlot(text: string): boolean {
  return SLOTS.test(text);
}

export function hasFieldSlot(text: string): boolean {
  return FIELD_SLOTS.test(text);
}

/** The layout of a part that was rendered with slots in place of values. */
export function layoutOf(marked: string): PartLayout {
  const split = marked.split(SLOTS);
  return {
    pieces: split.filter((_, at) => at % 2 === 0),
    indexes: split.filter((_, at) => at % 2 === 1).map((slot) => slot.charCodeAt(0) - FIRST_SLOT),
  };
}

export function filled({ pieces, indexes }: PartLayout, values: readonly string[]): PiecedPart {
  return { pieces, values: indexes.map((index) => values[index] ?? '') };
}

export function joined({ pieces, values }: PiecedPart): string {
  let text = pieces[0] as string;
  for (let at = 0; at < values.length; at++) text += (values[at] as string) + (pieces[at + 1] as string);
  return text;
}
