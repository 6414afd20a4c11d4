import { join, resolve } from 'node:path';

/** Of this repository, unless OUTRIGHT_SERVICES_FOLDER names another folder. */
const folder = resolve(process.env.OUTRIGHT_SERVICES_FOLDER ?? join(import.meta.dirname, '../../.services'));

export const FOLDERS = {
  all: folder,
  lib: join(folder, 'lib'),
  logs: join(folder, 'logs'),
  data: join(folder, 'data'),
  record: join(folder, 'services.json'),
};
export const SOURCES = import.meta.dirname;
export const HOST = '127.0.0.1';
