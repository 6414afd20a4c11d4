import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { settingList } from '#compliance/domain/setting-list';
import { OutrightError } from '#kernel/errors';
import { configTemplate, type FirstConfig } from './config-template.js';
import { withSender } from './config-text.js';
import { parseInstallationConfig } from './installation-config.js';

const company = {
  name: 'Pakiruum Scanners OÜ', establishmentCountry: 'EE', privacyContact: 'privacy@sender.example',
  postalAddress: { street: 'Tartu mnt 83', locality: 'Tallinn', postcode: '10115', country: 'EE' },
};
const smallest = { version: 1, company, publicUrl: 'http://127.0.0.1:3000' };
const text = (more: object = {}): string => stringify({ ...smallest, ...more });

function refusal(source: string): OutrightError {
  try {
    parseInstallationConfig(source);
  } catch (error) {
    if (error instanceof OutrightError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('installation file', () => {
  it('the smallest file has a default for everything else', () => {
    expect(parseInstallationConfig(text())).toMatchObject({
      http: { host: '127.0.0.1', port: 3000 }, data: './data', mailFolder: './mail', engine: 'embedded', testRecipients: [], smtp: {}, senders: {}, connections: 10,
      settings: { 'optout.erasureMaxHours': 72, 'retention.marketing': 'P3Y' },
    });
  });

  it.each(['name', 'postalAddress', 'privacyContact', 'establishmentCountry'])('ROL-07 SND-02 (partly) without company.%s it is refused', (field) => {
    const { message } = refusal(text({ company: { ...company, [field]: undefined } }));
    expect(message).toContain(`company.${field}`);
  });

  it.each(['street', 'locality', 'postcode', 'country'])('SND-02 (partly) ROL-07 without company.postalAddress.%s it is refused', (field) => {
    expect(refusal(text({ company: { ...company, postalAddress: { ...company.postalAddress, [field]: undefined } } })).message).toContain(`company.postalAddress.${field}`);
  });

  /** One value beyond each bound that has a D row. */
  const beyond = settingList.flatMap(({ key, bounds, decision }) => {
    const value = bounds.kind === 'integer' ? bounds.max + 1 : bounds.kind === 'period' ? 'P99Y' : bounds.kind === 'subset' ? ['ZZ'] : bounds.kind === 'time-zone' ? 'Mars/Olympus' : bounds.kind === 'slug' ? 'Not A Slug' : 'whatever';
    return [[key, value, decision] as const];
  });
  it.each(beyond)('POL-05 INV-17 %s = %j is refused, citing %s', (key, value, decision) => {
    const error = refusal(text({ settings: { [key]: value } }));
    expect(error).toMatchObject({ code: 'setting-out-of-bounds', exit: 2 });
    expect(error.message).toContain(key);
    expect(error.message).toContain(decision);
    expect(error.fix).toBeDefined();
  });

  it('POL-05 every setting that a bound protects cites a decision or a requirement', () => {
    expect(settingList.filter(({ decision }) => !/^([A-Z]{3}-\d{2}|D\d{1,2})$/.test(decision))).toEqual([]);
  });

  it.each([
    ['a key nobody knows', { colour: 'blue' }, 'colour'],
    ['a key nobody knows in a sender', { senders: { sales: { fromName: 'M', fromAddress: 'm@sender.example', signature: 'x' } } }, 'senders.sales'],
    ['another engine', { engine: 'cloud' }, 'engine'],
    ['another version', { version: 2 }, 'version'],
    ['a port out of range', { http: { port: 70_000 } }, 'http.port'],
    ['a proxy by name', { http: { trustedProxies: ['loopback'] } }, 'http.trustedProxies.0'],
    ['a proxy network that is none', { http: { trustedProxies: ['127.0.0.1', '10.0.0.0/33'] } }, 'http.trustedProxies.1'],
    ['everybody as a proxy', { http: { trustedProxies: ['0.0.0.0/0'] } }, 'http.trustedProxies.0'],
    ['everybody with IPv6 as a proxy', { http: { trustedProxies: ['::/0'] } }, 'http.trustedProxies.0'],
    ['an address without @', { testRecipients: ['nobody'] }, 'testRecipients.0'],
    ['a sender id in capitals', { senders: { Sales: { fromName: 'M', fromAddress: 'm@sender.example' } } }, 'Sales'],
    ['a publicUrl that no browser opens', { publicUrl: 'javascript:alert(1)' }, 'publicUrl'],
    ['a publicUrl over another protocol', { publicUrl: 'ftp://sender.example' }, 'publicUrl'],
    ['a hundred and one connections', { connections: 101 }, 'connections'],
  ])('%s is an error that names it', (_what, more, named) => {
    const error = refusal(text(more));
    expect(error).toMatchObject({ code: 'bad-config', exit: 2 });
    expect(error.message).toContain(named);
    expect(error.findings.length).toBeGreaterThan(0);
  });

  it.each(['mail', 'constructor'])('a sender whose SMTP account %s is not there is refused', (smtp) => {
    const error = refusal(text({ senders: { sales: { fromName: 'M', fromAddress: 'm@sender.example', smtp } }, smtp: { main: { host: '127.0.0.1', port: 25, security: 'none' } } }));
    expect(error).toMatchObject({ code: 'bad-config', fix: expect.stringContaining('main') });
  });

  it('no proxy is trusted unless it is named, by address or network', () => {
    expect(parseInstallationConfig(text()).http.trustedProxies).toEqual([]);
    const trustedProxies = ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'];
    expect(parseInstallationConfig(text({ http: { trustedProxies } })).http).toEqual({ host: '127.0.0.1', port: 3000, trustedProxies });
  });

  it('ten test recipients are the most', () => {
    const people = (count: number) => ({ testRecipients: Array.from({ length: count }, (_, n) => `t${n}@sender.example`) });
    expect(parseInstallationConfig(text(people(10))).testRecipients).toHaveLength(10);
    expect(refusal(text(people(11))).message).toContain('testRecipients');
  });

  it.each([
    [{ smtp: { main: { host: '127.0.0.1', port: 25, security: 'none', password: 'hunter2-canary' } } }, 'smtp.main.password'],
    [{ smtp: { main: { host: '127.0.0.1', port: 25, security: 'none', pass: 'hunter2-canary' } } }, 'smtp.main.pass'],
    [{ settings: { token: 'hunter2-canary' } }, 'settings.token'],
    [{ secret: 'hunter2-canary' }, 'secret'],
  ])('SEC-02 SEC-03 (partly) an inline secret is refused by its place, never by its value', (more, place) => {
    const error = refusal(text(more));
    expect(error).toMatchObject({ code: 'secret-in-config', rule: 'SEC-02', fix: expect.stringContaining('passwordEnv') });
    expect(error.message).toContain(place);
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    ['not YAML', 'version: [1'], ['a key twice', `${text()}version: 1\n`], ['an alias', 'version: &one 1\ncompany: *one\n'], ['nothing', ''], ['a list', '- 1'],
  ])('%s is refused as a bad file', (_what, source) => {
    expect(refusal(source)).toMatchObject({ code: 'bad-config', exit: 2 });
  });
});

describe('the file that init writes', () => {
  const first: FirstConfig = {
    company: { ...company, name: 'Quote " and # sign: OÜ' }, publicUrl: 'http://127.0.0.1:3000', port: 3000, mailFolder: './mail', testRecipients: ['t@sender.example'],
    sender: { id: 'sales', fromName: 'Mari', fromAddress: 'sales@sender.example', dkim: { selector: 's1', keyFile: './secrets/dkim.pem' } },
  };

  it('POL-05 is valid as written, and names each setting with its bounds', () => {
    const written = configTemplate(first);
    expect(parseInstallationConfig(written)).toMatchObject({ company: first.company, senders: { sales: { fromName: 'Mari', replyToMonitored: false } }, testRecipients: ['t@sender.example'] });
    for (const { key, decision } of settingList) {
      expect(written).toContain(key);
      expect(written).toContain(`# ${decision}: `);
    }
  });

  it('the commented example of trusted proxies may be set as it stands', () => {
    const open = configTemplate(first).replace('  # trustedProxies:', '  trustedProxies:');
    expect(parseInstallationConfig(open).http.trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8']);
  });

  it('POL-05 every commented default is a value that may be set', () => {
    const open = configTemplate(first).replace(/^ {2}# ([a-zA-Z.]+: .*)$/gm, (line, rest: string) => (settingList.some(({ key }) => rest.startsWith(`${key}:`)) ? `  ${rest}` : line));
    expect(parseInstallationConfig(open).settings).toEqual(parseInstallationConfig(text()).settings);
  });

  it('one more sender leaves comments and the others as they are; a wrong one leaves no new text', () => {
    const written = configTemplate(first);
    const changed = withSender(written, 'support', { fromName: 'Jaan', fromAddress: 'support@sender.example' });
    expect(Object.keys(parseInstallationConfig(changed).senders)).toEqual(['sales', 'support']);
    expect(changed.match(/#/g)!.length).toBe(written.match(/#/g)!.length);
    expect(() => withSender(written, 'support', { fromName: 'Jaan' })).toThrow('senders.support.fromAddress');
    expect(() => withSender('version: [1', 'support', {})).toThrow('no valid YAML');
  });
});
