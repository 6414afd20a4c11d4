import { setPriority } from 'node:os';

/**
 * Where cores are few, the threads of this process that call it run after those that do not: the event loop decides sends and answers
 * opt-outs. Linux keeps the niceness (0 to 19) of each thread by itself; elsewhere it would be that of the whole process, so nothing is done.
 */
export function giveWay(niceness: number): void {
  if (process.platform === 'linux') setPriority(niceness);
}
