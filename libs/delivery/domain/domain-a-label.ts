import { BadInput } from '#kernel/errors';

const A_LABELS = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAYBE_UNICODE = /^[A-Za-z0-9.\-\u0080-\u{10ffff}]+$/u;

/**
 * A domain as lower-case A-labels (RFC 5890), the only form that goes into a header. Unicode is mapped by UTS 46.
 * Throws `BadInput` (SND-06) for anything else, address literals included; the message does not repeat the domain.
 */
export function domainALabel(domain: string): string {
  if (A_LABELS.test(domain)) return domain;
  const mapped = MAYBE_UNICODE.test(domain) ? ascii(domain) : '';
  if (A_LABELS.test(mapped)) return mapped;
  throw new BadInput('A domain in a header is not a valid host name.', {
    code: 'bad-header-domain', rule: 'SND-06', fix: 'Use a domain of letters, digits and hyphens, or its Unicode form.',
  });
}

function ascii(domain: string): string {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : '';
}
