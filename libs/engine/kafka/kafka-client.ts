import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { Kafka, logLevel, type Admin, type KafkaConfig, type RetryOptions } from 'kafkajs';
import { EXIT, OutrightError } from '#kernel/errors';

// Node finds only some names in this CommonJS module; the others are members of its default.
const { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError, KafkaJSRequestTimeoutError } = kafkajs;

export interface KafkaSettings extends Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory' | 'requestTimeout'> {
  readonly brokers: readonly string[];
  readonly clientId: string;
}

/** Milliseconds. An unreachable broker is reported after about five seconds at the latest. */
const CONNECTION_TIMEOUT = 1_500;
const REQUEST_TIMEOUT = 5_000;
/** A new or moved partition has no leader for a moment: times a question is asked again, and milliseconds in between. */
const ASKED_AGAIN = 50;
const ASKED_AFTER = 100;
export const FEW_RETRIES = { retries: 2, initialRetryTime: 150, maxRetryTime: 500 } as const;

/** The way to the brokers. The driver logs nothing: what fails is thrown, and shown by whoever tried. */
export class KafkaClient {
  readonly kafka: Kafka;
  private admin: Promise<Admin> | undefined;

  constructor(readonly settings: KafkaSettings) {
    const { brokers, clientId, ...way } = settings;
    this.kafka = new Kafka({
      brokers: [...brokers], clientId, logLevel: logLevel.NOTHING, connectionTimeout: CONNECTION_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, enforceRequestTimeout: true,
      retry: FEW_RETRIES, ...way,
    });
  }

  /** Runs a few calls on a connection of their own. */
  async administer<T>(calls: (admin: Admin) => Promise<T>, retry: RetryOptions = FEW_RETRIES): Promise<T> {
    const admin = this.kafka.admin({ retry });
    try {
      await admin.connect();
      return await calls(admin);
    } catch (error) {
      throw this.failure(error);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  /** Runs a question on the connection that all questions share; one that failed is opened anew. Asked again while a partition changes its leader. */
  async shared<T>(question: (admin: Admin) => Promise<T>, left = ASKED_AGAIN): Promise<T> {
    const opened = (this.admin ??= this.open());
    try {
      return await question(await opened);
    } catch (error) {
      if (left > 0 && error instanceof KafkaJSProtocolError && error.retriable) {
        await delay(ASKED_AFTER);
        return this.shared(question, left - 1);
      }
      if (this.admin === opened) this.admin = undefined;
      await opened.then((admin) => admin.disconnect()).catch(() => undefined);
      throw this.failure(error);
    }
  }

  async close(): Promise<void> {
    const opened = this.admin;
    this.admin = undefined;
    await opened?.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  /** What the driver threw, in the terms of Outright. */
  failure(thrown: unknown): OutrightError {
    if (thrown instanceof OutrightError) return thrown;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!isOutage(error)) {
      return new OutrightError(`Kafka refused a request (${error.name}: ${'type' in error ? String(error.type) : 'no type'}).`, {
        code: 'kafka-refused', status: 503, exit: EXIT.fault, retriable: 'retriable' in error && error.retriable === true, fix: 'See the cause.', cause: error,
      });
    }
    return new OutrightError(`Kafka did not answer at ${this.settings.brokers.join(', ')}.`, {
      code: 'kafka-unreachable', status: 503, exit: EXIT.fault, retriable: true, cause: error,
      fix: `Is Kafka running at ${this.settings.brokers.join(', ')}? Start it or correct the brokers; nothing is lost meanwhile.`,
    });
  }

  private async open(): Promise<Admin> {
    const admin = this.kafka.admin({ retry: FEW_RETRIES });
    await admin.connect();
    return admin;
  }
}

function isOutage(error: Error): boolean {
  return error instanceof KafkaJSConnectionError || error instanceof KafkaJSRequestTimeoutError || error instanceof KafkaJSNumberOfRetriesExceeded
    // A broker that let a request run into its time-out is disconnected, and the driver says that with a plain error.
    || /^KafkaJS(Connection|BrokerNotFound|NoBrokerAvailable)/.test(error.name) || error.message === 'Broker not connected' || (error.cause instanceof Error && isOutage(error.cause));
}
