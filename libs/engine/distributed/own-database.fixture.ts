import mongoose from 'mongoose';
import { runningServices, uniqueName } from './services.fixture.js';

/** Connection string of a database that nobody else uses, and the end of it. */
export function ownDatabase(what: string): { readonly url: string; drop(): Promise<void> } {
  const url = new URL(runningServices().mongoUrl);
  url.pathname = `/${uniqueName(what)}`;
  return {
    url: url.href,
    async drop() {
      const connection = await mongoose.createConnection(url.href, { serverSelectionTimeoutMS: 5_000 }).asPromise();
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
