import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

interface Order { readonly port: number; readonly paths: readonly string[]; readonly perSecond: number }
/** Milliseconds from the instant at which each post was due: a server that stalls is charged for those that had to wait. */
export interface Posted { readonly times: number[] }

/** Posts one-click bodies at a fixed rate from a process of its own, so that the client's work does not wait in the server's event loop. */
async function post({ port, paths, perSecond }: Order): Promise<Posted> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const began = performance.now();
  const times = await Promise.all(paths.map(async (path, i) => {
    const due = began + (i * 1000) / perSecond;
    await delay(due - performance.now());
    await one(agent, port, path);
    return performance.now() - due;
  }));
  agent.destroy();
  return { times };
}

function one(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = 'List-Unsubscribe=One-Click';
    const call = request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } }, (response) => {
      response.resume();
      response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`POST answered ${response.statusCode ?? 0}.`))));
    });
    call.once('error', reject);
    call.end(body);
  });
}

export async function startPoster() {
  const child = fork(fileURLToPath(import.meta.url), ['post'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return {
    async post(order: Order): Promise<Posted> {
      const answered = once(child, 'message');
      child.send(order);
      const [posted] = (await answered) as [Posted | { error: string }];
      if ('error' in posted) throw new Error(posted.error);
      return posted;
    },
    stop: () => void child.kill(),
  };
}

if (process.argv[2] === 'post' && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', (order: Order) => void post(order).then((posted) => process.send?.(posted), (error: unknown) => process.send?.({ error: String(error) })));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}
