import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;

export interface DnsServer {
  /** `127.0.0.1:port`, for `setServers`. */
  readonly address: string;
  close(): Promise<void>;
}

/** A small DNS server on the loopback: TXT records in chunks by name, `broken` answers SERVFAIL, everything else does not exist (RFC 1035). */
export async function dnsServer(records: Readonly<Record<string, readonly (readonly string[])[] | 'broken'>>): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(answer(query, records), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

function answer(query: Buffer, records: Parameters<typeof dnsServer>[0]): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(12, at + 5);
  const found = records[labels.join('.').toLowerCase()];
  const answers = found === undefined || found === 'broken' ? [] : found.map((chunks) => {
    const data = Buffer.concat(chunks.flatMap((chunk) => [Buffer.from([chunk.length]), Buffer.from(chunk, 'latin1')]));
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(16, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (found === 'broken' ? SERVER_FAILURE : found === undefined ? NO_SUCH_NAME : NO_ERROR), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question, ...answers]);
}
