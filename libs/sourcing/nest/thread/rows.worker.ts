import { parentPort } from 'node:worker_threads';
import { preparedPackets } from './prepare-rows.js';
import type { FromRowThread, RowOrder } from './row-order.js';

/** The thread that prepares rows: one order, then a packet for each time that it is asked for more. */
const port = parentPort;
if (port === null) throw new Error('This module runs on a thread of its own.');
const say = (message: FromRowThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

port.once('message', (order: RowOrder) => {
  let asked = 1;
  let go: (() => void) | undefined;
  port.on('message', () => {
    asked += 1;
    go?.();
  });
  const work = async (): Promise<void> => {
    for await (const packet of preparedPackets(order)) {
      while (asked === 0) await new Promise<void>((resolve) => (go = resolve));
      asked -= 1;
      say({ packet }, [packet.blob.buffer as ArrayBuffer]);
    }
  };
  // Why it failed is found out by whoever reads the file after it.
  void work().then(() => say({ end: 'done' }), () => say({ end: 'failed' }));
});
