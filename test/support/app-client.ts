import { request } from 'node:http';

export interface AppAnswer<T = any> { // eslint-disable-line @typescript-eslint/no-explicit-any -- assertions check what came
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: T;
}

export interface AppCall {
  readonly json?: unknown;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks to an app under test over its socket, or over TCP with or without a key; never throws for a status. */
export class AppClient {
  constructor(private readonly place: { socketPath: string } | { url: string; key?: string }) {}

  get(path: string, call: AppCall = {}): Promise<AppAnswer> {
    return this.send('GET', path, call);
  }

  post(path: string, call: AppCall = {}): Promise<AppAnswer> {
    return this.send('POST', path, call);
  }

  send(method: string, path: string, { json, body, headers = {} }: AppCall = {}): Promise<AppAnswer> {
    const payload = json === undefined ? body : JSON.stringify(json);
    const target = 'socketPath' in this.place ? { socketPath: this.place.socketPath } : { host: new URL(this.place.url).hostname, port: new URL(this.place.url).port };
    const key = 'url' in this.place && this.place.key !== undefined ? { authorization: `Bearer ${this.place.key}` } : {};
    return new Promise((resolve, reject) => {
      const call = request({
        ...target, method, path, agent: false,
        headers: { ...key, ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }), ...headers },
      }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '') && text !== '';
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text });
        });
      });
      call.once('error', reject);
      call.end(payload);
    });
  }
}
