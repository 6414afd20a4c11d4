import type { Connection, Model, Schema } from 'mongoose';

/** The connection's model of a collection: mongoose takes each name once. */
export function modelOf<T>(connection: Connection, collection: string, schema: () => Schema<T>): Model<T> {
  return (connection.models[collection] as Model<T> | undefined) ?? connection.model<T>(collection, schema(), collection);
}
