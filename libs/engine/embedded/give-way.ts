import { getPriority, setPriority } from 'node:os';

const LEAST_URGENT = 19;

/**
 * Where cores are few, the threads of this process that call it run after those that do not: the event loop decides sends and answers
 * opt-outs. Linux keeps the niceness of each thread by itself; elsewhere it would be that of the whole process, so nothing is done.
 * Nothing depends on it: a system that forbids it is left alone.
 * @param by steps of niceness, 1 to 19, above that of the process
 */
export function giveWay(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(LEAST_URGENT, getPriority() + by));
  } catch {
    // Some sandboxes refuse the call.
  }
}
