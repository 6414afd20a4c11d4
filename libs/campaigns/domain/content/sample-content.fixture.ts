import type { ExpectedContent } from './checks/content-check.js';
import type { ControllerIdentity } from './controller-identity.js';
import type { LegalContext } from './legal-context.js';
import type { TemplateSource } from './template-source.js';

/** Test data that passes every check; specs break one thing at a time. */
export const IDENTITY: ControllerIdentity = {
  name: 'Põhjala Scanners OÜ',
  postalAddress: { street: 'Kalda tee 14', locality: 'Tartu', postcode: '50104', country: 'EE' },
  privacyContact: 'privacy@pohjala-scanners.example', dpo: 'Data Protection Desk', supervisoryAuthority: 'Andmekaitse Inspektsioon', establishmentCountry: 'EE',
};

export const LEGAL: LegalContext = {
  identity: IDENTITY, unsubscribeUrl: 'https://out.pohjala-scanners.example/u/AbC-123_xyz', privacyUrl: 'https://out.pohjala-scanners.example/privacy',
  purpose: 'telling warehouses about barcode scanners', basis: 'legitimate_interest', interestText: 'finding customers among companies that run warehouses.',
  source: { kind: 'public_website', url: 'https://warehouse.example/team?ref=1', collectedOn: '2026-11-02' },
};

export const TEMPLATE: TemplateSource = {
  language: 'en',
  subject: 'Barcode scanners for {{company}}',
  text: 'Hello {{default first_name "there"}},\n\nour scanners read damaged labels. See https://pohjala-scanners.example/scanners\n\nBest wishes, {{sender_name}}\n',
  html: '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Scanners</title></head>\n<body>\n<p>Hello {{default first_name "there"}},</p>\n<p>our scanners read damaged labels. <a href="https://pohjala-scanners.example/scanners">See the scanners</a></p>\n<p>Best wishes, {{sender_name}}</p>\n</body></html>\n',
};

export const FIELDS = { first_name: 'Mari', company: 'Ladu & Co', email: 'mari@warehouse.example', sender_name: 'Jaan' } as const;

export const EXPECTED: ExpectedContent = { identity: IDENTITY, language: 'en', unsubscribeUrl: LEGAL.unsubscribeUrl, privacyUrl: LEGAL.privacyUrl };
