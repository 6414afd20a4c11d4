#!/usr/bin/env node
/*
 * Verifies an audit bundle of Outright with nothing but Node.js (18 or newer). It shares no code with Outright and needs no network.
 *
 *   node verify-bundle.mjs [bundle folder] [--public-key key.pem] [--checkpoint held.json]...
 *
 * --public-key  the installation's public key as you hold it; without it the key inside the bundle is believed
 * --checkpoint  a checkpoint (NNNNNN.json) that you were given earlier; shows whether history older than it was rewritten
 *
 * Exit code 0: everything agrees. 5: something does not. 2: the bundle cannot be read.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hexSha = (...parts) => sha(...parts).toString('hex');

/** Text under a signature: keys sorted, no spaces. */
function stable(value) {
  if (Array.isArray(value)) return '[' + value.map(stable).join(',') + ']';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return '{' + Object.keys(value).sort().map((key) => JSON.stringify(key) + ':' + stable(value[key])).join(',') + '}';
}

function signedBy(key, label, document) {
  const { signature, ...rest } = document;
  try {
    return verify(null, Buffer.from(label + '\n' + stable(rest)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** All files below a folder, as paths with forward slashes. */
function filesBelow(folder, prefix = '') {
  return readdirSync(join(folder, prefix)).flatMap((name) => {
    const path = prefix === '' ? name : prefix + '/' + name;
    return lstatSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}

async function fileDigest(path) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

const lines = (path) => createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });

/** Merkle root by halving, as RFC 6962 section 2.1 describes it; leaves and nodes begin with bytes 0 and 1. */
function rootOf(hashes) {
  if (hashes.length === 0) return sha();
  if (hashes.length === 1) return hashes[0];
  let left = 1;
  while (left * 2 < hashes.length) left *= 2;
  return sha(Buffer.from([1]), rootOf(hashes.slice(0, left)), rootOf(hashes.slice(left)));
}

function leafOf(stream, version, hash) {
  const id = Buffer.from(stream);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(id.length);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(version));
  return sha(Buffer.from([0]), length, id, number, Buffer.from(hash, 'hex'));
}

/**
 * @param {string} folder
 * @param {{ publicKeyPem?: string, held?: object[] }} [options]
 * @returns {Promise<{ ok: boolean, events: number, streams: number, checkpoints: number, findings: string[] }>}
 */
export async function verifyBundle(folder, options = {}) {
  const findings = [];
  const complain = (text) => void findings.push(text);
  const at = (name) => join(folder, ...name.split('/'));
  const parsed = (name) => JSON.parse(readFileSync(at(name), 'utf8'));
  const result = { ok: false, events: 0, streams: 0, checkpoints: 0, findings };

  const carried = readFileSync(at('public-key.pem'), 'utf8');
  const key = createPublicKey(options.publicKeyPem ?? carried);
  if (options.publicKeyPem !== undefined && !key.export({ type: 'spki', format: 'der' }).equals(createPublicKey(carried).export({ type: 'spki', format: 'der' }))) {
    complain('the public key in the bundle is not the one you hold');
  }

  // The list of files, and each file.
  const manifest = parsed('manifest.json');
  if (manifest.format !== 'outright-audit-bundle/1') complain('manifest.json is of an unknown format');
  if (!signedBy(key, 'outright/audit-bundle/v1', manifest)) complain('the signature of manifest.json is wrong');
  const listed = new Map((Array.isArray(manifest.files) ? manifest.files : []).map((file) => [file.path, file]));
  const present = new Set(filesBelow(folder));
  for (const name of present) if (name !== 'manifest.json' && !listed.has(name)) complain(`${name} is not listed in the manifest`);
  for (const [name, { sha256, bytes }] of listed) {
    if (!present.has(name)) {
      complain(`${name} is missing`);
      continue;
    }
    const digest = await fileDigest(at(name));
    if (digest.sha256 !== sha256 || digest.bytes !== bytes) complain(`${name} was changed after the bundle was signed`);
  }

  // Every event and its chain.
  const heads = new Map();
  const hashes = new Map();
  let previousPosition = 0;
  for await (const line of lines(at('events.ndjson'))) {
    if (line === '') continue;
    let row;
    try {
      row = JSON.parse(line);
    } catch {
      complain(`line ${result.events + 1} of events.ndjson is no JSON`);
      continue;
    }
    result.events += 1;
    const where = `event ${row.version} of ${row.stream} (position ${row.position})`;
    if (row.position !== previousPosition + 1) complain(`${where}: the log jumps here from position ${previousPosition}`);
    previousPosition = row.position;
    const bytes = Buffer.from(String(row.bytes), 'base64');
    if (hexSha(bytes) !== row.hash) complain(`${where}: the bytes do not have the recorded hash`);
    let event;
    try {
      event = JSON.parse(bytes.toString('utf8'));
    } catch {
      event = {};
    }
    const before = heads.get(row.stream) ?? { version: 0, hash: '' };
    if (event.streamId !== row.stream || event.streamVersion !== row.version || event.type !== row.type) complain(`${where}: the event names another place than it stands at`);
    if (row.version !== before.version + 1) complain(`${where}: it comes after version ${before.version}`);
    if (event.prevHash !== before.hash) complain(`${where}: it is not chained to the event before it`);
    heads.set(row.stream, { version: row.version, hash: row.hash });
    hashes.set(row.stream + ' ' + row.version, row.hash);
  }
  result.streams = heads.size;
  if (manifest.events !== result.events) complain(`the manifest names ${manifest.events} events, the bundle holds ${result.events}`);

  // Where each stream ended when the bundle was made.
  const ends = new Map();
  for await (const line of lines(at('heads.txt'))) {
    const [stream, version, hash] = line.split(' ');
    if (hash !== undefined) ends.set(stream, { version: Number(version), hash });
  }
  for (const [stream, { version, hash }] of ends) {
    const last = heads.get(stream);
    if (last === undefined || last.version !== version || last.hash !== hash) complain(`stream ${stream} does not end where heads.txt says`);
  }
  for (const stream of heads.keys()) if (!ends.has(stream)) complain(`stream ${stream} is not in heads.txt`);

  // Checkpoints: signature, order, root, and whether the log still holds what they signed.
  const names = [...present].filter((name) => /^checkpoints\/\d{6,}\.json$/.test(name)).sort((a, b) => Number(a.slice(12, -5)) - Number(b.slice(12, -5)));
  const byNumber = new Map();
  let before;
  for (const name of names) {
    result.checkpoints += 1;
    const n = Number(name.slice(12, -5));
    let checkpoint;
    try {
      checkpoint = parsed(name);
    } catch {
      complain(`checkpoint ${n} is no JSON`);
      continue;
    }
    if (!signedBy(key, 'outright/checkpoint/v1', checkpoint)) complain(`checkpoint ${n}: the signature is wrong`);
    const follows = before === undefined ? { n: 1, prev: '' } : { n: before.n + 1, prev: hexSha(stable(before)) };
    if (checkpoint.n !== n || checkpoint.n !== follows.n || checkpoint.prev !== follows.prev) complain(`checkpoint ${n} does not follow the one before it`);
    before = checkpoint;
    byNumber.set(n, checkpoint);
    const list = name.replace(/json$/, 'leaves');
    if (!present.has(list)) {
      complain(`checkpoint ${n}: its list of streams is missing`);
      continue;
    }
    const leaves = [];
    let last = '';
    for await (const line of lines(at(list))) {
      const [stream, version, hash] = line.split(' ');
      if (hash === undefined || !/^\d+$/.test(version) || stream <= last) {
        complain(`checkpoint ${n}: its list of streams is out of order or damaged`);
        break;
      }
      last = stream;
      leaves.push(leafOf(stream, version, hash));
      const recorded = hashes.get(stream + ' ' + version);
      if (recorded === undefined) complain(`checkpoint ${n} signed version ${version} of ${stream}, which is not in the log`);
      else if (recorded !== hash) complain(`checkpoint ${n} signed another version ${version} of ${stream} than the log holds: history was rewritten`);
    }
    if (leaves.length !== checkpoint.count || rootOf(leaves).toString('hex') !== checkpoint.root) complain(`checkpoint ${n}: its list of streams does not have the signed root`);
  }

  // Checkpoints that somebody else kept.
  for (const held of options.held ?? []) {
    if (!signedBy(key, 'outright/checkpoint/v1', held)) complain(`the checkpoint ${held.n} that you hold is not signed by this key`);
    const own = byNumber.get(held.n);
    if (own === undefined) complain(`the checkpoint ${held.n} that you hold is not in the bundle: history was dropped or taken anew`);
    else if (stable(own) !== stable(held)) complain(`the checkpoint ${held.n} that you hold differs from the one in the bundle: history was rewritten`);
  }

  result.ok = findings.length === 0;
  return result;
}

async function main(given) {
  const options = { held: [] };
  let folder = fileURLToPath(new URL('.', import.meta.url));
  for (let i = 0; i < given.length; i += 1) {
    if (given[i] === '--public-key') options.publicKeyPem = readFileSync(given[(i += 1)], 'utf8');
    else if (given[i] === '--checkpoint') options.held.push(JSON.parse(readFileSync(given[(i += 1)], 'utf8')));
    else folder = resolve(given[i]);
  }
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`There is no manifest.json in ${folder.endsWith(sep) ? folder : folder + sep}`);
  const { ok, events, streams, checkpoints, findings } = await verifyBundle(folder, options);
  for (const finding of findings) console.log('NOT OK  ' + finding);
  console.log(`${ok ? 'OK' : 'VERIFICATION FAILED'}: ${events} events in ${streams} streams, ${checkpoints} checkpoints, ${findings.length} findings.`);
  if (options.publicKeyPem === undefined) console.log('The key inside the bundle was believed. Give --public-key with the key as you hold it.');
  if (options.held.length === 0) console.log('No checkpoint of yours was compared. Give --checkpoint to see whether older history was rewritten and signed anew.');
  return ok ? 0 : 5;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (code) => void (process.exitCode = code),
    (error) => {
      console.error('The bundle cannot be read: ' + (error instanceof Error ? error.message : String(error)));
      process.exitCode = 2;
    },
  );
}
