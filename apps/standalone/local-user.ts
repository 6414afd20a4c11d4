import { userInfo } from 'node:os';

/** Who runs this process, for the record: a user without an entry in the user database, as in a container, is named by its number. */
export function localUser(lookUp: () => { readonly username: string } = userInfo): string {
  try {
    return lookUp().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
