/** Thrown when an absent value is about to be written; names the field. */
export class MissingField extends Error {
  constructor(readonly field: string) {
    super(`No value for ${field}.`);
  }
}

/** Stands in a context for a value that is absent: conditions see it, writing it fails. */
class Missing {
  constructor(private readonly field: string) {}

  toHTML(): never {
    throw new MissingField(this.field);
  }

  toString(): never {
    throw new MissingField(this.field);
  }
}

const known = new Map<string, Missing>();

/** The one stand-in for an absent field. */
export function missing(field: string): unknown {
  let stand = known.get(field);
  if (stand === undefined) {
    stand = new Missing(field);
    known.set(field, stand);
  }
  return stand;
}

export function isMissing(value: unknown): boolean {
  return value instanceof Missing;
}
