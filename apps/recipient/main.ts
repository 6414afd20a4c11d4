import { runApp } from '#apps/standalone/run-app';

/** The public pages, in a process of their own: whoever wants to leave gets an answer whatever else is busy. */
await runApp(() => ['recipient']);
