import { parentPort } from 'node:worker_threads';
import { preparedPackets } from './prepare-rows.js';
import { Inbox } from './inbox.js';
import { arrivingBatches, type PackedBatch } from './row-batches.js';
import type { FromRowThread, RowOrder, ToRowThread } from './row-order.js';

/** The thread that prepares rows: one order, then a packet for each time that it is asked for more. */
const port = parentPort;
if (port === null) throw new Error('This module runs on a thread of its own.');
const say = (message: FromRowThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const batches = new Inbox<PackedBatch | undefined>();
const asked = new Inbox<true>();
asked.put(true);

port.on('message', (message: ToRowThread) => {
  if ('batch' in message) return batches.put(message.batch);
  // Why it failed is found out by whoever reads the file after it.
  if ('order' in message) return void work(message.order).then(() => say({ end: 'done' }), () => say({ end: 'failed' }));
  asked.put(message.more);
});

async function work(order: RowOrder): Promise<void> {
  for await (const packet of preparedPackets(order, order.given ? arrivingBatches(batches) : undefined)) {
    await asked.next();
    say({ packet }, [packet.blob.buffer as ArrayBuffer]);
  }
}
