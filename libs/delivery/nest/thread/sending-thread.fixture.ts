import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { SendingThread } from '#contracts/api/sending-thread';
import { FaultServer } from '#engine/mail-transport/fault-server';
import { waitFor } from '#test/support/wait-for';

const worker = new URL('../../../../apps/standalone/sending.worker.ts', import.meta.url);
const typescript = fileURLToPath(new URL('../../../../bench/support/typescript.mjs', import.meta.url));

/** An SMTP server that leaves one verb, `.` for the final dot, without an answer. It pipelines nothing, so that it can go on later. */
export async function silentServer() {
  let silent: string | undefined;
  let before = new Map<Socket, number>();
  const server = await FaultServer.start({ mode: 'plain', extensions: ['8BITMIME', 'ENHANCEDSTATUSCODES'], reply: (verb) => (verb === silent ? '' : undefined) });
  /** Connections that were used since the server was told to be silent. */
  const used = () => [...server.sockets].filter((socket) => socket.bytesRead !== before.get(socket));
  return {
    server, used,
    silentAt(verb: string | undefined) {
      silent = verb;
      before = new Map([...server.sockets].map((socket) => [socket, socket.bytesRead]));
    },
    /** Answers what was left open, and everything from now on. */
    goOn() {
      silent = undefined;
      for (const socket of used()) socket.write('250 2.1.5 ok\r\n');
    },
  };
}

/** The thread of the standalone app, run from its sources, which ends or hangs without a word when it is told to. */
export function mortalThread({ smtp }: FaultServer): SendingThread & { kill(): void; hang(): Promise<void> } {
  const ending = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const source = `
    import { workerData } from 'node:worker_threads';
    import ${JSON.stringify(worker.href)};
    const { ending } = workerData.setup;
    setInterval(() => {
      const told = Atomics.exchange(ending, 0, 0);
      if (told === 1) process.exit(9);
      while (told === 2);
    }, 5).unref();`;
  const { host, port, security, clientName } = smtp;
  return {
    module: new URL(`data:text/javascript,${encodeURIComponent(source)}`), execArgv: ['--conditions=source', '--import', typescript],
    setup: { tenantId: 'main', config: { smtp: { main: { host, port, security, clientName } }, senders: {} }, ending },
    kill: () => void Atomics.store(ending, 0, 1),
    /** Its event loop stands still for ever. */
    async hang() {
      Atomics.store(ending, 0, 2);
      await waitFor('the thread to hang', () => Atomics.load(ending, 0) === 0);
    },
  };
}
