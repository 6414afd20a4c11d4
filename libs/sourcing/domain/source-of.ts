import type { z } from 'zod';
import { isUsableSource, needsTransferEvidence, OWN_SOURCE_TYPES } from '#compliance/domain/source-types';
import type { method, Provenance, sourceType } from '#contracts/fields';
import type { Column } from './columns.js';
import type { RefusalCode } from './refusal-codes.js';

export type SourceType = z.infer<typeof sourceType>;
export type Method = z.infer<typeof method>;

export interface Source {
  readonly sourceType: SourceType;
  readonly method: Method;
  readonly provenance: Provenance;
}

/** Bought data is never imported; one such row refuses its whole file (SRC-03). */
export const PURCHASED = 'purchased';

const own = new Set<string>(OWN_SOURCE_TYPES);
const METHODS = new Set(['provided', 'observed', 'inferred']);
/** Whatever can be read there can be cited: these rows name their page. */
const PUBLIC = new Set(['public_website', 'search_engine', 'social_network']);
const URL_SHAPE = /^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/i;

/** Reads where a row comes from (SRC-01, SRC-02, SRC-05); every problem is told to `problem`. Undefined if there was one. */
export function sourceOf(cell: (column: Column) => string, problem: (column: Column, code: RefusalCode) => void): Source | undefined {
  let sound = true;
  const report = (column: Column, code: RefusalCode): void => {
    sound = false;
    problem(column, code);
  };
  const type = cell('source_type').toLowerCase();
  if (type === '') report('source_type', 'source-type-missing');
  else if (needsTransferEvidence(type)) report('source_type', 'source-needs-evidence');
  else if (!isUsableSource(type)) report('source_type', 'source-type-unknown');

  const name = cell('source_name');
  const url = cell('source_url');
  const stated = methodOf(cell('method').toLowerCase(), type, report);
  if (url !== '' && !URL_SHAPE.test(url)) report('source_url', 'source-url-malformed');
  else if (url === '' && (PUBLIC.has(type) || stated === 'observed')) report('source_url', 'source-url-missing');
  else if (url === '' && name === '') report('source_name', 'source-missing');

  const by = cell('collected_by');
  if (by === '') report('collected_by', 'collected-by-missing');
  if (!sound || stated === undefined) return undefined;
  const provenance = { ...(name === '' ? {} : { sourceName: name }), ...(url === '' ? {} : { sourceUrl: url }), collectedBy: by };
  return { sourceType: type as SourceType, method: stated, provenance };
}

function methodOf(text: string, type: string, report: (column: Column, code: RefusalCode) => void): Method | undefined {
  if (text === '') {
    if (own.has(type)) return 'provided';
    if (PUBLIC.has(type)) return 'observed';
    if (isUsableSource(type)) report('method', 'method-missing');
    return undefined;
  }
  if (!METHODS.has(text)) {
    report('method', 'method-unknown');
    return undefined;
  }
  if (text === 'provided' && !own.has(type) && isUsableSource(type)) report('method', 'method-needs-own-source');
  return text as Method;
}
