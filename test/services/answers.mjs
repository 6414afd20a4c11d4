import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { mongo } from 'mongoose';

/** Each asks its service something in its own protocol, and rejects unless the service answers within `waitMs`. */
export const ANSWERS = {
  async redis(record, waitMs) {
    const { hostname, port } = new URL(record.redisUrl);
    const said = await new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write('PING\r\n'));
      socket.setTimeout(waitMs, () => socket.destroy(new Error('no answer')));
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('error', reject).once('close', () => reject(new Error('closed')));
      socket.once('data', () => socket.end());
    });
    if (!said.startsWith('+PONG')) throw new Error('not Redis');
  },

  async mongo(record, waitMs) {
    const client = new mongo.MongoClient(record.mongoUrl, { serverSelectionTimeoutMS: waitMs });
    try {
      await client.db('admin').command({ ping: 1 });
    } finally {
      await client.close();
    }
  },

  async kafka(record, waitMs) {
    const kafka = new Kafka({ brokers: record.kafkaBrokers, logLevel: logLevel.NOTHING, connectionTimeout: waitMs, requestTimeout: waitMs, retry: { retries: 0 } });
    const admin = kafka.admin();
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length === 0) throw new Error('no broker yet');
    } finally {
      await admin.disconnect();
    }
  },
};
