import mongoose from 'mongoose';
import { EXIT, OutrightError } from '#kernel/errors';

const { MongoBulkWriteError, MongoError, MongoServerError, MongoServerSelectionError, MongoNetworkError, MongoAPIError } = mongoose.mongo;

const UNAUTHORISED = new Set([13, 18]);
/** Not primary, stepping down, shutting down, no majority in time, took too long. */
const PASSING = new Set([6, 7, 50, 64, 89, 91, 100, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Ours to mend: calls that a driver refuses as such, not because of the server. */
const PASSING_NAMES = new Set(['MongoNotConnectedError', 'MongoTopologyClosedError', 'MongoServerClosedError', 'MongoClientClosedError', 'MongoPoolClosedError', 'MongooseServerSelectionError']);
const DUPLICATE_KEY = 11000;

/** Hosts of a connection string: what may be said of it. */
export function hostsOf(url: string): string {
  const behindCredentials = url.slice(url.lastIndexOf('@') + 1).replace(/^[a-z+]+:\/\//, '');
  return behindCredentials.split(/[/?]/)[0] ?? '';
}

/** What a driver's error means to who called the port; one that is none of the service's stays as it is. */
export function mongoFailure(error: unknown, hosts: string): unknown {
  if (error instanceof MongoServerError && UNAUTHORISED.has(Number(error.code))) {
    return new OutrightError(`MongoDB at ${hosts} refuses the user of the connection string.`, {
      code: 'mongo-unauthorised', fix: 'Check user, password and roles in the connection string.', status: 503, exit: EXIT.fault, cause: error,
    });
  }
  if (!isPassing(error)) return error;
  return mongoUnreachable(hosts, error);
}

export function mongoUnreachable(hosts: string, cause?: unknown): OutrightError {
  return new OutrightError(`MongoDB at ${hosts} does not answer.`, {
    code: 'mongo-unreachable', rule: 'H5', fix: `Is MongoDB running at ${hosts}, with a primary? The same call may be made again.`, status: 503, exit: EXIT.fault, retriable: true, cause,
  });
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PASSING_NAMES.has(error.name) || error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) return true;
  // A bulk says neither why nor for which write when the connection went, or when no majority has written in time.
  if (error instanceof MongoBulkWriteError && [error.writeErrors].flat().length === 0) return true;
  if (error instanceof MongoAPIError || !(error instanceof MongoError)) return false;
  return PASSING.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError') || error.name === 'MongoOperationTimeoutError' || error.name === 'MongoWaitQueueTimeoutError';
}

/** Whether all that went wrong is that something was there already. */
export function isDuplicateKey(error: unknown): error is InstanceType<typeof MongoServerError> {
  if (error instanceof MongoBulkWriteError) {
    const errors = [error.writeErrors].flat();
    return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY) && error.result.getWriteConcernError() === undefined;
  }
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
