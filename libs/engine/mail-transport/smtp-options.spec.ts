import { describe, expect, it } from '@jest/globals';
import { checkedSmtpOptions, isLoopback, type SmtpOptions } from './smtp-options.js';

const base: SmtpOptions = { host: 'mail.example', port: 587, security: 'starttls', clientName: 'client.test' };

describe('SMTP settings', () => {
  it('SEC-01 refuses mail in clear, and trust without proof, beyond loopback', () => {
    for (const host of ['mail.example', '10.0.0.1', '128.0.0.1', '::2', '127.example', 'localhost.example', '127.0.0.1.example']) {
      expect(() => checkedSmtpOptions({ ...base, host, security: 'none' })).toThrow(expect.objectContaining({ rule: 'SEC-01', exit: 3 }));
      expect(() => checkedSmtpOptions({ ...base, host, requireTls: false })).toThrow(expect.objectContaining({ rule: 'SEC-01' }));
      expect(() => checkedSmtpOptions({ ...base, host, tls: { rejectUnauthorized: false } })).toThrow(expect.objectContaining({ rule: 'SEC-01' }));
      expect(checkedSmtpOptions({ ...base, host }).clearAllowed).toBe(false);
    }
  });

  it('SEC-01 allows clear on this machine only', () => {
    for (const host of ['localhost', 'LOCALHOST', 'mail.localhost', '127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopback(host)).toBe(true);
      expect(checkedSmtpOptions({ ...base, host, security: 'none' }).clearAllowed).toBe(true);
    }
    expect(checkedSmtpOptions({ ...base, host: 'localhost', security: 'tls', requireTls: false }).clearAllowed).toBe(false);
  });

  it('refuses values that could not work or that would end a command early', () => {
    for (const bad of [{ port: 0 }, { port: 70_000 }, { port: 2.5 }, { host: '' }, { clientName: 'a b' }, { clientName: 'a\r\nMAIL' }, { clientName: '' }, { auth: { user: '', pass: 'x' } }, { auth: { user: 'a', pass: 'x\0y' } }]) {
      expect(() => checkedSmtpOptions({ ...base, ...bad })).toThrow(expect.objectContaining({ code: 'smtp-setting-invalid' }));
    }
  });
});
