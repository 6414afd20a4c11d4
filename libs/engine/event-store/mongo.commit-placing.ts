import { randomBytes } from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';
import { placeEvent } from '#kernel/envelope';
import { streamCategory } from '#kernel/ids';
import type { CommitRequest } from './event-store.port.js';
import type { CommitDocument } from './mongo.commits.js';
import type { Head } from './mongo.streams.js';

/** A commit on its way, with what is made once for all tries: by `_id` a reply that was lost is told from a repeated call. */
export interface Pending {
  readonly request: CommitRequest;
  readonly commitId: string;
  readonly _id: mongo.ObjectId;
}

export interface Placed {
  readonly pending: Pending;
  readonly document: CommitDocument;
  readonly after: Head;
}

export function pendingOf(request: CommitRequest): Pending {
  return { request, commitId: request.commitId ?? randomBytes(16).toString('hex'), _id: new mongoose.mongo.ObjectId() };
}

/** As many of the stream's commits, from the first, as can be placed one upon the other if nobody else writes. */
export function placeAll(queue: readonly Pending[], base: Head): Placed[] {
  const chain: Placed[] = [];
  let head = base;
  for (const pending of queue) {
    const { expected, events } = pending.request;
    if (events.length === 0 || (expected !== 'any' && expected !== head.version)) break;
    const placed = place(pending, head);
    chain.push(placed);
    head = placed.after;
  }
  return chain;
}

function place(pending: Pending, before: Head): Placed {
  const { streamId, events, wakeAt } = pending.request;
  let { version, hash } = before;
  const versions: number[] = [];
  const committed = events.map((event) => {
    const placed = placeEvent(event, (version += 1), hash);
    hash = placed.hash;
    versions.push(version);
    return { type: event.type, hash, bytes: new mongoose.mongo.Binary(placed.bytes) };
  });
  const document = {
    _id: pending._id, stream: streamId, category: streamCategory(streamId), commitId: pending.commitId, versions, events: committed, published: false,
    ...(wakeAt === undefined ? {} : { dueAt: wakeAt }),
  };
  return { pending, document, after: { version, hash } };
}
