import { runApp } from '#apps/standalone/run-app';

/** Publication, read models, process managers, clocks and sending; any number of them. */
await runApp(() => ['worker']);
