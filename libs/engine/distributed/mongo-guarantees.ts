/** Acknowledged means: in the journals of a majority. Reads give nothing that could still be taken back. */
export const AUTHORITY = { writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' }, readPreference: 'primary' } as const;

/** For one read: waits until what it gives is held by a majority, and until the server knows that it still leads one. */
export const LINEARIZABLE = { readConcern: { level: 'linearizable' }, maxTimeMS: 4_000 } as const;
