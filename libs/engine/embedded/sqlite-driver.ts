import type BetterSqlite3 from 'better-sqlite3';

/**
 * The SQLite driver that this Node can run. Version 12 of it aborts on Node 24.19 and later when statements are collected; version 13,
 * ready-made for every Node with Node-API 10, ends Node 20 with a segmentation fault. Both write the same files.
 */
const driver = await (Number(process.versions.napi) >= 10 ? import('better-sqlite3-napi') : import('better-sqlite3'));

export const Database: typeof BetterSqlite3 = driver.default;
