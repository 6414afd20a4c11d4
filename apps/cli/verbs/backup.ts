import type { Verb } from '../cli.js';
import { usage } from '../failures.js';

export const backupVerbs: Verb = (program, act) => {
  act<[string]>(program.command('backup').description('comes with a later release').argument('<dir>'), async () => {
    throw usage('Backups come with a later release.', 'Until then stop the app and copy the data folder; keep keys.db, the secrets folder and the erasure ledger apart from the log.');
  });
  act<[string]>(program.command('restore').description('comes with a later release').argument('<dir>'), async () => {
    throw usage('Restoring comes with a later release.', 'Until then stop the app and put a copied data folder back as a whole.');
  });
};
