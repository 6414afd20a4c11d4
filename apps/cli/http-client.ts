import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { EXIT, OutrightError, RefusedByRule } from '#kernel/errors';
import { interrupted, problemError } from './failures.js';

export interface Answer<T = unknown> {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: T;
}

export interface Sending {
  readonly json?: unknown;
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Place = { readonly socketPath: string } | { readonly url: string; readonly key: string | undefined };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Speaks to the app over its socket or over the network. Whatever is no success is thrown as the problem that the app answered. */
export class HttpClient {
  private readonly agent: Agent;
  private readonly target: { socketPath: string } | { hostname: string; port: string | undefined; prefix: string };
  private readonly send: typeof httpRequest;
  private readonly authorization: Record<string, string>;

  /** @throws RefusedByRule SEC-01 for a key over clear text to another machine */
  constructor(place: Place, private readonly signal: AbortSignal) {
    if ('socketPath' in place) {
      this.target = place;
      this.send = httpRequest;
      this.agent = new Agent({ keepAlive: true });
      this.authorization = {};
      return;
    }
    const url = parseUrl(place.url);
    if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
      throw new RefusedByRule('The key would cross the network in clear text.', { code: 'plaintext-url', rule: 'SEC-01', fix: 'Give an https address with --url.' });
    }
    this.target = { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? undefined : url.port, prefix: url.pathname.replace(/\/$/, '') };
    this.send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    this.agent = url.protocol === 'https:' ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
    this.authorization = place.key === undefined ? {} : { authorization: `Bearer ${place.key}` };
  }

  get<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    return this.call<T>('GET', path, { headers });
  }

  /** What the app says of itself, also when it is not ready. */
  readiness<T>(): Promise<Answer<T>> {
    return this.call<T>('GET', '/readyz', {}, [503]);
  }

  post<T>(path: string, sending: Sending = {}): Promise<Answer<T>> {
    return this.call<T>('POST', path, sending);
  }

  close(): void {
    this.agent.destroy();
  }

  private async call<T>(method: string, path: string, sending: Sending, alsoTaken: readonly number[] = []): Promise<Answer<T>> {
    const response = await this.open(method, path, sending);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    } catch (cause) {
      throw this.broken(cause);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const status = response.statusCode ?? 0;
    const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    if ((status < 200 || status > 299) && !alsoTaken.includes(status)) throw problemError(status, body);
    return { status, location: response.headers.location, body: body as T };
  }

  private open(method: string, path: string, { json, stream, headers = {} }: Sending): Promise<IncomingMessage> {
    const payload = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
    const length = payload === undefined ? (stream === undefined && method === 'POST' ? { 'content-length': '0' } : {}) : { 'content-type': 'application/json', 'content-length': String(payload.length) };
    const { prefix = '', ...target } = { ...this.target } as { prefix?: string };
    return new Promise((resolve, reject) => {
      const call = this.send({ ...target, method, path: prefix + path, agent: this.agent, signal: this.signal, headers: { accept: 'application/json', ...this.authorization, ...length, ...headers } } as never);
      call.once('response', resolve);
      call.once('error', (cause) => reject(this.broken(cause)));
      if (stream === undefined) return void call.end(payload);
      stream.once('error', (cause) => call.destroy(cause));
      stream.pipe(call);
    });
  }

  private broken(cause: unknown): Error {
    if (this.signal.aborted) return interrupted();
    if (cause instanceof OutrightError) return cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'no code';
    return new OutrightError(`The app does not answer (${code}).`, {
      code: 'server-unreachable', status: 503, exit: EXIT.busy, retriable: true, cause, fix: 'Check that it runs (`outright serve`) and that --url leads to it. What it acknowledged before is kept.',
    });
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new OutrightError('--url is no http or https address.', { code: 'bad-url', fix: 'Give it like https://mail.example.test.' });
  return url;
}
