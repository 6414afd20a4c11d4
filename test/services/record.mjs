import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ServicesFailure } from './failure.mjs';
import { FOLDERS } from './folders.mjs';

/** What was started, as `{ mongoUrl, kafkaBrokers, redisUrl, pids: { <name>: { pid, started } } }`; addresses only once all are ready. */
export function readRecord() {
  let text;
  try {
    text = readFileSync(FOLDERS.record, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ServicesFailure(`${FOLDERS.record} is not JSON.`, 'Look which of its processes still run, end them, and delete the file.');
  }
}

export function writeRecord(record) {
  writeFileSync(`${FOLDERS.record}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${FOLDERS.record}.new`, FOLDERS.record);
}

export const removeRecord = () => rmSync(FOLDERS.record, { force: true });
