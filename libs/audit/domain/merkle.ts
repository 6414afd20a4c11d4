import { createHash } from 'node:crypto';

/** Where one stream stood: its id, its newest version and that event's hash (lower-case hex). */
export interface StreamLeaf {
  readonly stream: string;
  readonly version: number;
  readonly hash: string;
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** SHA-256 over byte 0, the id's length in bytes (4, big endian), the id, the version (8, big endian) and the 32 bytes of the hash. */
export function leafHash({ stream, version, hash }: StreamLeaf): Buffer {
  const id = Buffer.from(stream, 'utf8');
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(id.length, 0);
  numbers.writeBigUInt64BE(BigInt(version), 4);
  return createHash('sha256').update(LEAF).update(numbers.subarray(0, 4)).update(id).update(numbers.subarray(4)).update(Buffer.from(hash, 'hex')).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/**
 * A Merkle root built leaf by leaf in memory of log(n). Leaves come sorted by stream id, each stream once. The tree has the shape of
 * RFC 6962 section 2.1: the left branch holds the largest power of two below the number of leaves. Leaves and nodes are hashed apart
 * (bytes 0 and 1), so that no node can be passed off as a leaf.
 */
export class MerkleRoot {
  private readonly complete: { size: number; hash: Buffer }[] = [];
  private last: string | undefined;
  count = 0;

  /** @throws RangeError where a leaf is out of order */
  add(leaf: StreamLeaf): void {
    if (this.last !== undefined && leaf.stream <= this.last) throw new RangeError('Leaves of a checkpoint are sorted by stream id, each stream once.');
    this.last = leaf.stream;
    this.count += 1;
    let tree = { size: 1, hash: leafHash(leaf) };
    for (let left = this.complete.at(-1); left?.size === tree.size; left = this.complete.at(-1)) {
      this.complete.pop();
      tree = { size: left.size * 2, hash: nodeHash(left.hash, tree.hash) };
    }
    this.complete.push(tree);
  }

  /** Lower-case hex; of no leaves the SHA-256 of nothing. */
  root(): string {
    if (this.complete.length === 0) return createHash('sha256').digest('hex');
    return this.complete.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right)).toString('hex');
  }
}

export function merkleRoot(leaves: Iterable<StreamLeaf>): string {
  const tree = new MerkleRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}
