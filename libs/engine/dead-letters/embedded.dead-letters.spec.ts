import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SystemClock } from '#engine/clock/system.clock';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { deadLettersContract } from './dead-letters.contract.js';
import { EmbeddedDeadLetters } from './embedded.dead-letters.js';

deadLettersContract('embedded', async () => {
  const folder = tempFolder();
  const opened: EmbeddedDeadLetters[] = [];
  const open = () => {
    const letters = new EmbeddedDeadLetters(join(folder.path, 'dead-letters.db'), new SystemClock(), randomBytes);
    opened.push(letters);
    return letters;
  };
  return {
    letters: open(),
    again: async () => open(),
    async close() {
      for (const letters of opened) letters.close();
      folder.remove();
    },
  };
});
