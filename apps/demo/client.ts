import { request } from 'node:http';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

/** Talks to the running app over its socket, as the command line does. */
export class Client {
  constructor(private readonly socketPath: string) {}

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.send<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  /** Like `post`, and follows the job where the answer is one. */
  async finish<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer<T>> {
    const first = await this.post<T & { job?: string }>(path, body);
    if (first.status !== 202 || first.body.job === undefined) return first;
    for (;;) {
      const { body: view } = await this.get<{ state: string; result?: T; problem?: T & { status: number } }>(first.body.job);
      if (view.state === 'done') return { status: 200, body: view.result as T };
      if (view.state === 'failed') return { status: view.problem?.status ?? 500, body: view.problem as T };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  postCsv<T = Record<string, unknown>>(path: string, csv: Buffer, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.send<T>('POST', path, csv, { 'content-type': 'text/csv', ...headers });
  }

  private send<T>(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: this.socketPath, method, path, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode ?? 0, body: (json && text !== '' ? JSON.parse(text) : text) as T });
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
