import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { basis } from '#contracts/fields';
import { type Instant, parseInstantOrDate } from '#kernel/time/instant';
import type { Column } from './columns.js';
import type { RefusalCode } from './refusal-codes.js';

export type Basis = z.infer<typeof basis>;
type Cell = (column: Column) => string;
export type BasisReading = { readonly basis: Basis } | { readonly column: Column; readonly problem: RefusalCode };

const KINDS = new Set(['consent', 'soft_opt_in', 'legitimate_interest', 'opt_out_regime', 'contract']);
const LOCALE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;
const LIA = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const REFERENCE = /^[^\p{C}]{1,128}$/u;

/** The claimed basis of a row, for outreach by e-mail. The legal wording of a consent is kept as its hash (CON-01). */
export function basisOf(cell: Cell, now: Instant): BasisReading {
  const kind = cell('basis').toLowerCase();
  if (kind === '') return { column: 'basis', problem: 'basis-missing' };
  if (!KINDS.has(kind)) return { column: 'basis', problem: 'basis-unknown' };
  const reference = cell('basis_ref');
  if (reference !== '' && !REFERENCE.test(reference)) return { column: 'basis_ref', problem: 'field-too-long' };
  if (kind === 'consent') return consentOf(cell, reference, now);
  if (kind === 'opt_out_regime') return { basis: { kind, purpose: 'outreach', ...(reference === '' ? {} : { evidenceRef: reference }) } };
  if (reference === '') return { column: 'basis_ref', problem: 'basis-ref-missing' };
  if (kind === 'legitimate_interest' && !LIA.test(reference)) return { column: 'basis_ref', problem: 'basis-invalid' };
  return { basis: { kind: kind as Basis['kind'], purpose: 'outreach', ...(kind === 'legitimate_interest' ? { liaId: reference } : { evidenceRef: reference }) } };
}

/** CON-05: with all its proof an imported consent is valid as it is; with less it is none. */
function consentOf(cell: Cell, evidenceRef: string, now: Instant): BasisReading {
  const [grantedAt, confirmedAt] = [instant(cell('consent_at')), instant(cell('consent_confirmed_at'))];
  if (grantedAt === undefined) return { column: 'consent_at', problem: 'basis-invalid' };
  if (confirmedAt === undefined || confirmedAt < grantedAt || confirmedAt > now) return { column: 'consent_confirmed_at', problem: 'basis-invalid' };
  const [text, method, locale] = [cell('consent_text'), cell('consent_method'), cell('consent_locale')];
  if (text === '') return { column: 'consent_text', problem: 'basis-invalid' };
  if (method === '' || method.length > 64) return { column: 'consent_method', problem: 'basis-invalid' };
  if (locale.length > 35 || !LOCALE.test(locale)) return { column: 'consent_locale', problem: 'basis-invalid' };
  if (evidenceRef === '') return { column: 'basis_ref', problem: 'basis-invalid' };
  const textHash = createHash('sha256').update(text, 'utf8').digest('hex');
  return { basis: { kind: 'consent', purpose: 'outreach', evidenceRef, consent: { grantedAt, confirmedAt, textHash, method, locale, channel: 'email', purpose: 'outreach' } } };
}

function instant(text: string): Instant | undefined {
  try {
    return text === '' ? undefined : parseInstantOrDate(text);
  } catch {
    return undefined;
  }
}
