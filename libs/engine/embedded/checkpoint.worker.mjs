import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

// As in sqlite-driver.ts, which a worker that is run uncompiled cannot read.
const { default: Database } = await (Number(process.versions.napi) >= 10 ? import('better-sqlite3-napi') : import('better-sqlite3'));

// As giveWay, for the same reason.
try {
  if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + 5));
} catch {
  // Some sandboxes refuse the call.
}

// Moves write-ahead logs into their database files, away from the event loop. A passive checkpoint blocks neither readers nor the writer.
const open = new Map();

function database(path) {
  let db = open.get(path);
  if (db === undefined) {
    db = new Database(path, { fileMustExist: true });
    for (const setting of ['synchronous = NORMAL', 'fullfsync = ON', 'secure_delete = ON', 'wal_autocheckpoint = 0', 'busy_timeout = 1000']) db.pragma(setting);
    open.set(path, db);
  }
  return db;
}

parentPort.on('message', ({ path, end }) => {
  if (end) {
    for (const db of open.values()) db.close();
    parentPort.close();
    return;
  }
  try {
    const [{ log, checkpointed }] = database(path).pragma('wal_checkpoint(PASSIVE)');
    parentPort.postMessage({ left: log - checkpointed });
  } catch (error) {
    parentPort.postMessage({ left: 0, error: String(error.code ?? 'failed') });
  }
});
