import { runApp } from '#apps/standalone/run-app';

/** What sales and officers talk to. */
await runApp(() => ['api']);
