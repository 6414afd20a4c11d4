import type { ContentFinding, FindingPlace } from './content-finding.js';

/** The finding for html that programs would repair in different ways. */
export function brokenHtml(reason: string, where: FindingPlace): ContentFinding {
  return {
    id: 'html-broken', severity: 'error', rule: 'SND-18', clause: 'WHATWG HTML 13.2.2 (parse errors)', message: `The html is broken: ${reason}.`,
    fix: 'Correct the html here; everything after it was not read.', where,
  };
}
