import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** An SMTP server that takes everything and keeps nothing but a count. It runs in a process of its own, so that it costs the sender no time. */
function serve(): void {
  let messages = 0;
  let bytes = 0;
  const server = createServer({ noDelay: true }, (socket) => session(socket, (size) => {
    messages += 1;
    bytes += size;
  }));
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('message', (message) => {
    if (message === 'count') process.send?.({ messages, bytes });
    if (message === 'reset') [messages, bytes] = [0, 0];
  });
  process.on('disconnect', () => process.exit(0));
}

const END = Buffer.from('\r\n.\r\n');

function session(socket: Socket, received: (size: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  let inData = false;
  let size = 0;
  socket.on('error', () => socket.destroy());
  socket.write('220 sink.example ESMTP\r\n');
  socket.on('data', (chunk) => {
    let input = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    for (;;) {
      if (inData) {
        const end = input.indexOf(END);
        if (end < 0) {
          const keep = Math.min(input.length, END.length - 1);
          size += input.length - keep;
          input = input.subarray(input.length - keep);
          break;
        }
        received(size + end);
        input = input.subarray(end + END.length);
        inData = false;
        size = 0;
        replies += '250 2.0.0 taken\r\n';
        continue;
      }
      const end = input.indexOf(10);
      if (end < 0) break;
      const verb = input.toString('latin1', 0, Math.min(end, 4)).toUpperCase();
      input = input.subarray(end + 1);
      if (verb === 'EHLO') replies += '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n';
      else if (verb === 'DATA') {
        inData = true;
        // The line break before a lone dot may be the one that ends DATA itself.
        input = Buffer.concat([Buffer.from('\r\n'), input]);
        replies += '354 go on\r\n';
      } else if (verb === 'QUIT') {
        socket.end(`${replies}221 2.0.0 bye\r\n`);
        return;
      } else replies += '250 2.1.0 ok\r\n';
    }
    rest = Buffer.from(input);
    if (replies !== '') socket.write(replies);
  });
}

export interface Sink { readonly port: number; count(): Promise<{ messages: number; bytes: number }>; reset(): void; stop(): void }

export async function startSink(): Promise<Sink> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await answer<{ port: number }>(child);
  return {
    port,
    count: () => {
      const counted = answer<{ messages: number; bytes: number }>(child);
      child.send('count');
      return counted;
    },
    reset: () => void child.send('reset'),
    stop: () => void child.kill(),
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      child.off('error', reject);
      resolve(message as T);
    });
    child.once('error', reject);
  });
}

if (process.argv[2] === 'serve' && process.argv[1] === fileURLToPath(import.meta.url)) serve();
