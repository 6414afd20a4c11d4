import mongoose, { type mongo } from 'mongoose';
import type { Surveyed } from './surveyed.js';

export interface ExpectedIndexes {
  readonly collection: string;
  readonly indexes: readonly mongo.IndexDescription[];
}

const NAMESPACE_NOT_FOUND = 26;

/** Each index that a collection must have. One of that name that is another is named; nothing here changes it. */
export async function surveyIndexes(service: 'mongo' | 'vault', db: mongo.Db, expected: readonly ExpectedIndexes[]): Promise<Surveyed[]> {
  const found: Surveyed[] = [];
  for (const { collection, indexes } of expected) {
    const there = new Map((await indexesOf(db, collection)).map((index) => [index.name, index]));
    for (const index of indexes) found.push({ service, kind: 'indexes', ...surveyed(`${collection}.${index.name}`, index, there.get(index.name)) });
  }
  return found;
}

function surveyed(name: string, index: mongo.IndexDescription, there: mongo.IndexDescription | undefined): Pick<Surveyed, 'state' | 'what' | 'fix'> {
  const [collection, short] = name.split('.');
  if (there === undefined) return { state: 'missing', what: `index ${name}`, fix: 'Make it with `outright prepare`.' };
  if (shapeOf(there) === shapeOf(index)) return { state: 'ok', what: `index ${name}` };
  return { state: 'failed', what: `Index ${name} has our name and another shape.`, fix: `Stop the apps, drop it (db.${collection}.dropIndex('${short}')), and run \`outright prepare\`.` };
}

const shapeOf = ({ key, unique = false, partialFilterExpression = {} }: mongo.IndexDescription): string => JSON.stringify([key instanceof Map ? [...key] : Object.entries(key), unique, partialFilterExpression]);

async function indexesOf(db: mongo.Db, collection: string): Promise<mongo.IndexDescription[]> {
  try {
    return await db.collection(collection).indexes();
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}
