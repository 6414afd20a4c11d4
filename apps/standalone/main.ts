import { processRoles } from './process-roles.js';
import { runApp } from './run-app.js';

/** All in one process, or what `OUTRIGHT_ROLES` names. */
await runApp(() => processRoles(process.env['OUTRIGHT_ROLES']));
