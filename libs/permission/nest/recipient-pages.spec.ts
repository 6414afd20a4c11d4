import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOKENS } from '#contracts/api/tokens';
import { tokenKey, tokenKeys } from '#kernel/tokens/token-keys';
import { sealToken } from '#kernel/tokens/unsubscribe-token';
import { type ContactWorld, contactWorld } from '#test/support/contacts';
import { permissionApp } from '#test/support/permission-app';

const MARKER = 'abcdefghijklmnopqrstuvwxya';

describe('the pages that recipients see', () => {
  let world: ContactWorld;
  let site: Awaited<ReturnType<typeof permissionApp>>;
  let serial = 0;
  const cancelled: string[] = [];
  const tokenFor = async (email: string, inert = false, tenantId = 'main') => {
    const { version, key } = await world.engine.keyProvider.secret('unsubscribe-token');
    const { channel, strict, loose } = world.book.email(email);
    return sealToken({ tenantId, channel, strict, loose, hmacKeyVersion: world.book.keyVersion, campaignId: 'campaign-1', marker: MARKER, inert }, tokenKeys(tokenKey(version, key)));
  };
  const visitor = async () => {
    const email = `visitor${(serial += 1)}@buyer.example`;
    return { email, contact: (await world.addContact(email))!, link: `${site.url}/u/${await tokenFor(email)}` };
  };
  const head = () => world.engine.feed.head();
  const suppressed = async (email: string) => (await world.engine.registry.suppressionOf('main', world.book.email(email))).status === 'suppressed';

  beforeAll(async () => {
    world = await contactWorld();
    site = await permissionApp(world, { inFlight: { cancel: async (ids) => (cancelled.push(...ids), []) } });
  });
  afterAll(async () => {
    await site.close();
    await world.engine.close();
  });

  it('OPT-06 INV-20 three hundred GET, HEAD and OPTIONS on every kind of link write no event and suppress nobody', async () => {
    const { email, link } = await visitor();
    const before = await head();
    const links = [link, `${link}?choice=everything&List-Unsubscribe=One-Click`, `${site.url}/u`, `${site.url}/u/${await tokenFor(email, true)}`, `${link}/`];
    for (let i = 0; i < 300; i++) await (await fetch(links[i % links.length]!, { method: ['GET', 'HEAD', 'OPTIONS'][i % 3]! })).arrayBuffer();
    expect(await head()).toBe(before);
    expect(await suppressed(email)).toBe(false);
  });

  const form = (fields: Record<string, string>): FormData => Object.entries(fields).reduce((data, [name, value]) => (data.set(name, value), data), new FormData());
  const bodies: [string, RequestInit][] = [
    ['urlencoded one-click', { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }],
    ['multipart one-click', { body: form({ 'List-Unsubscribe': 'One-Click' }) }],
    ['no body', {}],
    ['broken JSON', { body: '{"a":', headers: { 'content-type': 'application/json' } }],
    ['an unknown charset', { body: 'x', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=klingon' } }],
    ['an unknown encoding', { body: 'x', headers: { 'content-type': 'application/json', 'content-encoding': 'zip' } }],
    ['a type of its own', { body: 'x', headers: { 'content-type': 'no-type-at-all' } }],
    ['half a megabyte', { body: 'x'.repeat(500_000), headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a narrower choice that is not offered', { body: new URLSearchParams({ choice: 'less' }) }],
    ['the page itself', { body: new URLSearchParams({ choice: 'everything' }) }],
    ['a foreign origin and cookies', { headers: { origin: 'https://elsewhere.example', cookie: 'a=b', referer: 'https://elsewhere.example/' } }],
  ];

  it.each(bodies)('OPT-07 OPT-03 a POST with %s answers 200 without a redirect, and the address is suppressed by then', async (name, init) => {
    const { email, contact, link } = await visitor();
    const answer = await fetch(link, { method: 'POST', redirect: 'manual', ...init });
    expect([answer.status, await suppressed(email)]).toEqual([200, true]);
    const [optOut, ...more] = (await world.log.load(contact.contactId)).slice(1);
    expect(more).toEqual([]);
    expect(optOut).toMatchObject({
      type: 'OptOutRecorded', actor: { kind: 'recipient' },
      data: { scope: 'all_marketing', dispatchId: MARKER, channel: ['the page itself', 'a narrower choice that is not offered'].includes(name) ? 'link' : 'one_click' },
    });
    expect(cancelled).toContain(contact.contactId);
  });

  it('OPT-07 an upload that breaks off in the middle still opts out', async () => {
    const { email, link } = await visitor();
    await new Promise<void>((resolve) => {
      const open = httpRequest(link, { method: 'POST', headers: { 'content-length': '1000', 'content-type': 'application/json' } });
      open.on('error', () => resolve());
      open.write('{"half":');
      open.flushHeaders();
      setImmediate(() => setTimeout(() => open.destroy(), 20));
    });
    for (let i = 0; i < 500 && !(await suppressed(email)); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await suppressed(email)).toBe(true);
  });

  it('OPT-07 known, erased, already opted-out and never stored recipients get the same page, byte for byte but for the minute', async () => {
    const known = await visitor();
    const erased = await visitor();
    await world.engine.registry.remove(erased.contact.prospectId);
    const links = [known.link, known.link, erased.link, `${site.url}/u/${await tokenFor('stranger@nowhere.example')}`];
    const pages: string[] = [];
    for (const link of links) pages.push((await (await fetch(link, { method: 'POST' })).text()).replace(/\d\d:\d\d UTC/g, 'hh:mm UTC'));
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toContain('Müller &amp; Söhne');
    expect(pages[0]).toContain('5 November 2026');
    expect(pages[0]).toContain('&lt;OÜ&gt;');
    expect(pages[0]).not.toContain('<OÜ>');
  });

  it('INV-08 INV-21 a token of a stranger creates a suppression, no prospect and no event', async () => {
    const before = await head();
    await fetch(`${site.url}/u/${await tokenFor('nobody@nowhere.example')}`, { method: 'POST' });
    expect(await head()).toBe(before);
    expect(await suppressed('nobody@nowhere.example')).toBe(true);
  });

  it.each(['GET', 'POST'])('OPT-07 %s with a forged, truncated, foreign or mangled token answers 404 with the form to type an address', async (method) => {
    const good = await tokenFor('victim@buyer.example');
    const before = await head();
    for (const token of [good.slice(0, -2), `B${good.slice(1)}`, 'x', '%E0%A4%A', `${good}%20`, `${good}/extra`, await tokenFor('victim@buyer.example', false, 'other')]) {
      const answer = await fetch(`${site.url}/u/${token}`, { method });
      expect([token.slice(0, 9), answer.status]).toEqual([token.slice(0, 9), 404]);
      expect(await answer.text()).toMatch(/<form method="post" action="\.\.\/u">[^]*name="address"/);
    }
    expect([await head(), await suppressed('victim@buyer.example')]).toEqual([before, false]);
  });

  it('OPT-07 OPT-08 a typed address always gets the same answer; known ones opt out, unknown ones are suppressed', async () => {
    const { email, contact } = await visitor();
    const pages: string[] = [];
    for (const address of [email, email, 'Unknown@Nowhere.example']) {
      const answer = await fetch(`${site.url}/u`, { method: 'POST', body: new URLSearchParams({ address }) });
      expect(answer.status).toBe(200);
      pages.push((await answer.text()).replace(/\d\d:\d\d UTC/g, 'hh:mm UTC'));
    }
    expect(new Set(pages).size).toBe(1);
    expect(await world.types(contact.contactId)).toEqual(['ContactAdded', 'OptOutRecorded']);
    expect((await world.log.load(contact.contactId)).at(-1)?.data.channel).toBe('page');
    expect(await suppressed('unknown@nowhere.example')).toBe(true);
    expect((await world.history()).filter(({ type }) => type === 'ProspectSourced')).toEqual([]);
  });

  it('OPT-07 what is no address is told to be none, and nothing is recorded', async () => {
    const before = (await world.history()).length;
    for (const body of [new URLSearchParams({ address: 'no address' }), new URLSearchParams({ address: '' }), new URLSearchParams({ address: 'a@b.example,c@d.example' }), '{"address":"x@y.example"}']) {
      const answer = await fetch(`${site.url}/u`, { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('nothing was stopped');
    }
    expect((await world.history()).length).toBe(before);
  });

  it('OPT-07 a test link shows a page and changes nothing', async () => {
    const token = await tokenFor('tester@sender.example', true);
    const answer = await fetch(`${site.url}/u/${token}`, { method: 'POST' });
    expect([answer.status, await suppressed('tester@sender.example')]).toEqual([200, false]);
    expect(await answer.text()).toContain('test');
  });

  it('OPT-05 OPT-06 OPT-15 pages load nothing, run nothing, keep nothing and say who sends', async () => {
    const { link } = await visitor();
    for (const [url, method] of [[link, 'GET'], [link, 'POST'], [`${site.url}/u`, 'GET'], [`${site.url}/u/bad`, 'GET']] as const) {
      const answer = await fetch(url, { method });
      const html = await answer.text();
      expect(html).not.toMatch(/<script|<img|<link|https?:\/\/|\son\w+=|\bsrc=|http-equiv|\burl\(/i);
      expect(html).toContain('privacy@sender.example');
      expect(html).toContain('name="viewport"');
      // On a phone of 360 px a long name or address breaks instead of overflowing.
      expect(html).toContain('overflow-wrap:anywhere');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(Object.fromEntries(['referrer-policy', 'cache-control', 'x-robots-tag', 'set-cookie', 'x-powered-by'].map((name) => [name, answer.headers.get(name)])))
        .toEqual({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow', 'set-cookie': null, 'x-powered-by': null });
    }
    const offer = await (await fetch(link)).text();
    expect(offer.match(/name="choice" value="[^"]*"/g)).toEqual(['name="choice" value="everything"']);
  });

  it('OPT-07 SEC-04 a source that has used up its limit can still unsubscribe by its link', async () => {
    const { email, link } = await visitor();
    const statuses = new Set<number>();
    for (let i = 0; i < 80; i++) statuses.add((await fetch(`${site.url}/u/bad`)).status);
    expect([...statuses]).toEqual([404, 429]);
    expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    expect(await suppressed(email)).toBe(true);
  });

  it('OPT-17 where the store fails the answer is 503 and never 2xx', async () => {
    const { email, link } = await visitor();
    const broken = Object.assign(Object.create(world.engine.registry) as object, { optOut: () => Promise.reject(new Error('disk full')) });
    const other = await permissionApp(world, { overrides: { [TOKENS.registry]: broken } });
    const answer = await fetch(link.replace(site.url, other.url), { method: 'POST' });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([503, 'text/html; charset=utf-8', '120']);
    expect(await suppressed(email)).toBe(false);
    await other.close();
  });
});
