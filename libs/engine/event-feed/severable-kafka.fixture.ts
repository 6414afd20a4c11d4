import { connect, type Socket } from 'node:net';
import { runningServices } from '#engine/distributed/services.fixture';
import { KafkaClient } from '#engine/kafka/kafka-client';

/** A client whose way to the broker can be cut, as if the broker had gone, while others still reach it. */
export class SeverableKafka {
  readonly client: KafkaClient;
  private readonly sockets = new Set<Socket>();
  private cutOff = false;

  constructor() {
    this.client = new KafkaClient({
      brokers: runningServices().kafkaBrokers, clientId: 'outright-test-cut',
      socketFactory: ({ host, port, onConnect }) => {
        const socket = connect(this.cutOff ? { host, port: 1 } : { host, port }, onConnect);
        this.sockets.add(socket);
        socket.once('close', () => this.sockets.delete(socket));
        return socket;
      },
    });
  }

  cut(): void {
    this.cutOff = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.cutOff = false;
  }
}
