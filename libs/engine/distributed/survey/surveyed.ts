import { EXIT, OutrightError } from '#kernel/errors';

export type ServiceName = 'kafka' | 'mongo' | 'vault' | 'redis' | 'secrets';

/** One thing that a service should have or be, as it was found. */
export interface Surveyed {
  readonly service: ServiceName;
  /** Of many alike: `topics` or `indexes`. */
  readonly kind?: 'topics' | 'indexes' | 'files';
  /** `missing` is what `prepare` makes, `made` what it has made, `away` a service that does not answer. */
  readonly state: 'ok' | 'made' | 'missing' | 'warning' | 'failed' | 'away';
  readonly what: string;
  readonly fix?: string;
}

/** Milliseconds that one service may take in all. Services are asked side by side, so this bounds a survey. */
const PATIENCE_MS = 8_000;
/** Milliseconds for one answer. */
export const ANSWER_MS = 2_500;

/** What a service says, or that it says nothing. Never throws. */
export async function asked(service: ServiceName, work: () => Promise<Surveyed[]>): Promise<Surveyed[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutrightError(`It gave no whole answer in ${PATIENCE_MS / 1000} s.`, {
      code: `${service}-silent`, status: 503, exit: EXIT.fault, retriable: true, fix: 'Is the service overloaded, or the network between? Try again.',
    })), PATIENCE_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    return [unanswered(service, error)];
  } finally {
    clearTimeout(timer);
  }
}

/** Texts of foreign errors can quote addresses with passwords, so their name and code must do. */
function unanswered(service: ServiceName, error: unknown): Surveyed {
  if (error instanceof OutrightError) return { service, state: error.retriable ? 'away' : 'failed', what: error.message, fix: error.fix ?? 'Mend what it says, then try again.' };
  const { name = 'no name', code = 'no code' } = error as { name?: string; code?: string | number };
  return { service, state: 'failed', what: `It refuses to be asked (${name}, ${code}).`, fix: 'Check the version of the service and the rights of its user.' };
}
