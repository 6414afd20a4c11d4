import { describe, expect, it } from '@jest/globals';
import type { SmtpAccount } from './installation-config.js';
import { assertMayLeaveMachine, isLoopbackHost, sendsOnlyToLoopback } from './sending-safety.js';

const account = (host: string, security: SmtpAccount['security'] = 'starttls'): SmtpAccount => ({ host, port: 587, security });
const config = (more: Partial<Parameters<typeof assertMayLeaveMachine>[0]> = {}): Parameters<typeof assertMayLeaveMachine>[0] => ({ publicUrl: 'https://mail.sender.example', smtp: { main: account('mx.relay.example') }, ...more });

function refusal(given: Parameters<typeof assertMayLeaveMachine>[0]): unknown {
  try {
    assertMayLeaveMachine(given);
    return 'allowed';
  } catch (error) {
    return error;
  }
}

describe('sending safety', () => {
  it.each(['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])('%s is this machine', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['localhost.attacker.example', 'mylocalhost', '127.0.0.1.attacker.example', '128.0.0.1', '10.0.0.1', '0.0.0.0', '::2', ''])('SEC-01 %s is not this machine', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });

  it('OPT-01 SEC-01 mail beyond this machine over TLS with a public https address is allowed', () => {
    expect(refusal(config())).toBe('allowed');
    expect(refusal(config({ smtp: { main: account('mx.relay.example', 'tls'), sink: account('127.0.0.1', 'none') } }))).toBe('allowed');
  });

  it.each(['http://mail.sender.example', 'https://localhost', 'https://127.0.0.1:8443', 'https://[::1]'])('OPT-01 SND-06 (partly) publicUrl %s is refused once mail leaves the machine', (publicUrl) => {
    expect(refusal(config({ publicUrl }))).toMatchObject({ code: 'public-url-not-public', rule: 'OPT-01', exit: 3 });
  });

  it('SEC-01 one account in clear text beyond this machine is enough to refuse', () => {
    expect(refusal(config({ smtp: { safe: account('mx.relay.example'), bare: account('mx.other.example', 'none') } }))).toMatchObject({ code: 'smtp-without-tls', rule: 'SEC-01', message: expect.stringContaining('bare') });
  });

  it('SND-05 a zone file proves nothing once mail leaves the machine', () => {
    expect(refusal(config({ dnsZoneFile: './zone.txt' }))).toMatchObject({ code: 'zone-file-beyond-loopback', rule: 'SND-05' });
  });

  it('SEC-01 on this machine, or without any account, all of it may be tried out', () => {
    const local = { publicUrl: 'http://127.0.0.1:3000', dnsZoneFile: './zone.txt' };
    for (const smtp of [{}, { main: account('127.0.0.1', 'none') }]) {
      expect(refusal({ ...local, smtp })).toBe('allowed');
      expect(sendsOnlyToLoopback({ smtp })).toBe(true);
    }
    expect(sendsOnlyToLoopback({ smtp: { a: account('127.0.0.1'), b: account('mx.relay.example') } })).toBe(false);
  });
});
