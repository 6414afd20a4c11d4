import { dkimVerify } from 'mailauth';
import PostalMime, { type Email } from 'postal-mime';
import type { CaughtMessage } from '#test/support/smtp-sink';
import { readZoneFile } from '#tenancy/domain/zone-file';

/** The message as an independent MIME parser reads it. */
export const parsed = ({ raw }: CaughtMessage): Promise<Email> => PostalMime.parse(raw);

export const headerOf = (mail: Email, name: string): string | undefined => mail.headers.find(({ key }) => key === name)?.value;

/** The one https or http URI of List-Unsubscribe. */
export async function oneClickOf(message: CaughtMessage): Promise<string> {
  const uri = /<([^>]+)>/.exec(headerOf(await parsed(message), 'list-unsubscribe') ?? '')?.[1];
  if (uri === undefined) throw new Error('The message has no List-Unsubscribe.');
  return uri;
}

/** Links in both parts. */
export async function linksOf(message: CaughtMessage): Promise<string[]> {
  const mail = await parsed(message);
  return [...new Set([...`${mail.text ?? ''}\n${mail.html ?? ''}`.matchAll(/https?:\/\/[^\s"'<>)]+/g)].map(([link]) => link.replaceAll('&amp;', '&')))];
}

/** What another implementation of DKIM says about the bytes that arrived, and the header names that the signature covers. */
export async function dkimOf({ raw }: CaughtMessage, zone: string): Promise<{ result: string; domain: string; signed: string[] }> {
  const records = readZoneFile(zone);
  const resolver = async (name: string, type: string): Promise<string[][]> => {
    const found = type === 'TXT' ? records.get(name.toLowerCase()) : undefined;
    if (found === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    return found.map((record) => [record]);
  };
  const { results } = await dkimVerify(raw, { resolver, minBitLength: 2048 });
  const signature = /^DKIM-Signature:((?:.|\r\n[ \t])*)/im.exec(raw.toString('latin1'))?.[1]?.replace(/\s+/g, '') ?? '';
  return {
    result: String(results[0]?.status.result), domain: String(results[0]?.signingDomain),
    signed: (/(?:^|;)h=([^;]*)/.exec(signature)?.[1] ?? '').toLowerCase().split(':'),
  };
}
