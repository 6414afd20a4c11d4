import { RefusedByRule } from '#kernel/errors';

/** Asks the public address for this very process: recipients must reach the page that lets them leave before mail goes out (OPT-01). */
export async function assertPublicUrlAnswers(publicUrl: string, instance: string): Promise<void> {
  const address = new URL('/healthz', publicUrl);
  const problem = async (): Promise<string | undefined> => {
    try {
      const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
      const body = (await response.json()) as { instance?: string };
      return body.instance === instance ? undefined : 'another process answers there';
    } catch (error) {
      return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in ten seconds' : 'no readable answer';
    }
  };
  const why = await problem();
  if (why !== undefined) {
    throw new RefusedByRule(`publicUrl does not lead to this installation: ${why}.`, {
      code: 'public-url-unreachable', rule: 'OPT-01', retriable: true, fix: `Let ${address.origin} reach this process, or point SMTP at this machine while you try things out.`,
    });
  }
}
