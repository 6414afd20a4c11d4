import type { BasisKind } from './gate-facts.js';

/** Bases that commercial mail may rest on; the others never carry advertising. */
const FOR_MARKETING: readonly BasisKind[] = ['consent', 'soft_opt_in', 'legitimate_interest', 'opt_out_regime'];
const FOR_ESSENTIAL_MAIL: readonly BasisKind[] = ['contract', 'legal_obligation'];
/** Bases that EU and UK data protection law knows. */
const IN_GDPR: readonly BasisKind[] = ['consent', 'soft_opt_in', 'legitimate_interest', 'contract', 'legal_obligation'];

const marketing = new Set<string>(FOR_MARKETING);
const essential = new Set<string>(FOR_ESSENTIAL_MAIL);
const gdpr = new Set<string>(IN_GDPR);

export const carriesMarketing = (kind: string): boolean => marketing.has(kind);
export const carriesEssentialMailOnly = (kind: string): boolean => essential.has(kind);
export const isGdprBasis = (kind: string): boolean => gdpr.has(kind);
