import { describe, expect, it } from '@jest/globals';
import { campaignFileHash, campaignIdOf, parseCampaignFile } from './campaign-file.js';

const file = () => ({
  version: 1, name: 'scanners-2026-11', sender: 'sales-ee', purpose: 'outreach', lia: 'lia-2026-01', relevance: 'Scanners',
  template: { language: 'en', subject: 'Scanners for {{company}}', text: 'mail.txt.hbs', html: 'mail.html.hbs' },
  audience: { imports: ['nov-fair'], country: ['EE', 'NO'], recipientType: ['company_role'], excludeDomains: ['Bücher.example'], limit: 500 },
  pace: { perDay: 200, perMinute: 10, perDomainPerHour: 20 }, start: '2026-11-02T09:00:00+02:00',
});
const findings = (document: unknown): unknown => {
  try {
    return parseCampaignFile(document);
  } catch (error) {
    return (error as { findings: { field: string }[] }).findings.map(({ field }) => field);
  }
};

describe('campaign.yaml', () => {
  it('SND-09 is read as pinned; excluded domains are canonical and the start defaults to now', () => {
    expect(parseCampaignFile(file())).toMatchObject({ audience: { excludeDomains: ['xn--bcher-kva.example'] } });
    const { start: _, ...rest } = file();
    expect(parseCampaignFile(rest).start).toBe('now');
  });

  it.each<[string, (document: ReturnType<typeof file>) => object, string]>([
    ['an unknown key', (d) => ({ ...d, trackOpens: true }), 'trackOpens'],
    ['an unknown key inside', (d) => ({ ...d, pace: { ...d.pace, perWeek: 1 } }), 'pace.perWeek'],
    ['another version', (d) => ({ ...d, version: 2 }), 'version'],
    ['a name that is no slug', (d) => ({ ...d, name: 'Scanners 2026' }), 'name'],
    ['another purpose', (d) => ({ ...d, purpose: 'newsletter' }), 'purpose'],
    ['no import', (d) => ({ ...d, audience: { ...d.audience, imports: [] } }), 'audience.imports'],
    ['a pace of zero', (d) => ({ ...d, pace: { ...d.pace, perDay: 0 } }), 'pace.perDay'],
    ['a start without offset', (d) => ({ ...d, start: '2026-11-02T09:00:00' }), 'start'],
    ['a domain that is none', (d) => ({ ...d, audience: { ...d.audience, excludeDomains: ['no domain'] } }), 'audience.excludeDomains.0'],
  ])('SND-09 refuses %s, naming the key', (_, change, field) => {
    expect(findings(change(file()))).toEqual([field]);
  });

  it('SND-09 the hash covers the file and both templates; the id follows from tenant and name', () => {
    const request = { file: 'a', text: 'b', html: 'c' };
    const hashes = [request, { ...request, file: 'x' }, { ...request, text: 'x' }, { ...request, html: 'x' }].map(campaignFileHash);
    expect(new Set(hashes).size).toBe(4);
    expect(campaignIdOf('main', 'scanners')).toMatch(/^campaign-[0-9a-f]{32}$/);
    expect(campaignIdOf('main', 'scanners')).not.toBe(campaignIdOf('other', 'scanners'));
  });
});
