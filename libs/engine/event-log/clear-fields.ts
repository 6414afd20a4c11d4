import type { z } from 'zod';

/** Values of one field that are remembered. */
const MOST = 512;

/**
 * Validates the clear fields of an event type one by one and writes them as JSON. The values of one campaign or import repeat from
 * event to event, so a field remembers the texts of its last ones; nothing personal is among them.
 */
export class ClearFields {
  private readonly fields: readonly Field[];
  private readonly names: ReadonlySet<string>;
  private readonly separable: boolean;

  constructor(schema: z.ZodObject) {
    this.fields = Object.entries(schema.shape).map(([name, type]) => new Field(name, type as z.ZodType));
    this.names = new Set(Object.keys(schema.shape));
    const { checks = [], catchall } = schema.def;
    this.separable = checks.length === 0 && catchall?._zod.def.type === 'never';
  }

  /** `"a":1,"b":2` in the order of the schema; undefined where something is wrong that only the whole schema can name. */
  members(data: Readonly<Record<string, unknown>>): string | undefined {
    if (!this.separable) return undefined;
    for (const name in data) if (!this.names.has(name)) return undefined;
    let members = '';
    for (const field of this.fields) {
      const text = field.member(data[field.name]);
      if (text === undefined) return undefined;
      if (text !== '') members += members === '' ? text : `,${text}`;
    }
    return members;
  }
}

class Field {
  private readonly known: Map<unknown, string> | undefined;
  private readonly lengths: readonly [least: number, most: number] | undefined;
  private last: { readonly value: unknown; readonly member: string } | undefined;

  constructor(readonly name: string, private readonly schema: z.ZodType) {
    // Of ids only the last one comes again, and checking one is quick.
    if (!isPlainText(schema)) this.known = new Map();
    this.lengths = lengthsOf(schema);
  }

  /** `"name":value`, nothing for a value that is left out, undefined for a wrong one. */
  member(value: unknown): string | undefined {
    if (this.last !== undefined && this.last.value === value) return this.last.member;
    const known = this.known?.get(value);
    if (known !== undefined) return known;
    const parsed = this.fits(value) ? { success: true, data: value } : this.schema.safeParse(value);
    if (!parsed.success) return undefined;
    const member = parsed.data === undefined ? '' : `"${this.name}":${JSON.stringify(parsed.data)}`;
    if (isLasting(value)) this.remember(value, member);
    return member;
  }

  /** True of a text that its schema could only leave as it is. */
  private fits(value: unknown): boolean {
    return this.lengths !== undefined && typeof value === 'string' && value.length >= this.lengths[0] && value.length <= this.lengths[1];
  }

  private remember(value: unknown, member: string): void {
    if (this.known === undefined) this.last = { value, member };
    else if (this.known.size < MOST) this.known.set(value, member);
    else this.known.clear();
  }
}

function isPlainText({ _zod: { def } }: z.ZodType): boolean {
  return def.type === 'string' && !('format' in def) && !(def.checks ?? []).some(({ _zod }) => _zod.def.check === 'string_format');
}

/** Of a schema that asks nothing else of a text. */
function lengthsOf(schema: z.ZodType): readonly [number, number] | undefined {
  const { def } = schema._zod;
  const checks = ((def.checks ?? []) as readonly z.core.$ZodCheck[]).map(({ _zod }) => _zod.def as z.core.$ZodCheckMinLengthDef | z.core.$ZodCheckMaxLengthDef);
  if (def.type !== 'string' || 'format' in def || checks.some(({ check }) => check !== 'min_length' && check !== 'max_length')) return undefined;
  const bounds = (end: 'min_length' | 'max_length') => checks.flatMap((one) => (one.check !== end ? [] : ['minimum' in one ? one.minimum : one.maximum]));
  return [Math.max(0, ...bounds('min_length')), Math.min(...bounds('max_length'))];
}

/** Nobody can change it later: a primitive value, or a frozen object of such. */
function isLasting(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every((part) => typeof part !== 'object');
}
