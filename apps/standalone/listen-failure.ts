import { BadInput, EXIT, OutrightError } from '#kernel/errors';

const NO_SUCH_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/** Why the HTTP server cannot listen, by the key that says where; undefined for any other error. */
export function listenFailure(error: unknown, { host, port }: { readonly host: string; readonly port: number }): OutrightError | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (NO_SUCH_HOST.has(code)) {
    return new BadInput(`http.host ${JSON.stringify(host)} is no address of this machine (${code}).`, {
      code: 'bad-config', cause: error, fix: 'Set http.host in outright.yaml, or OUTRIGHT_LISTEN, to 127.0.0.1, 0.0.0.0 or another address of this machine.',
    });
  }
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  return new OutrightError(code === 'EACCES' ? `This user may not listen on port ${port}.` : `Port ${port} is in use.`, {
    code: 'port-unavailable', exit: EXIT.busy, status: 503, retriable: true, cause: error, fix: 'Set http.port in outright.yaml, or OUTRIGHT_LISTEN, to a free port.',
  });
}
