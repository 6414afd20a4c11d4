export interface ConsumerProvider {
  readonly name: string;
  /** Domains whose equal local parts the provider documents as one mailbox; the first stands for all. */
  readonly oneMailbox: readonly [string, ...string[]];
  /** Dots of the local part mean nothing. */
  readonly dotsIgnored: boolean;
  /** What follows this mark in the local part is a tag. */
  readonly tagMark?: '+';
  /** Where the provider documents the rule. */
  readonly source: string;
}

function plusTags(name: string, source: string, ...domains: string[]): ConsumerProvider[] {
  return domains.map((domain) => ({ name, oneMailbox: [domain], dotsIgnored: false, tagMark: '+', source }));
}

/**
 * Consumer providers with a documented loose form. Dated 2026-11. A rule is entered only where the provider itself states it, and only
 * where no two people can be merged by it: Proton's domains can belong to different people, so they stay apart.
 */
export const CONSUMER_PROVIDERS: readonly ConsumerProvider[] = [
  {
    name: 'Gmail',
    oneMailbox: ['gmail.com', 'googlemail.com'],
    dotsIgnored: true,
    tagMark: '+',
    source: 'Google Help, "Dots don\'t matter in Gmail addresses" (support.google.com/mail/answer/7436150) and its pages on tags and googlemail.com',
  },
  {
    name: 'iCloud Mail',
    oneMailbox: ['icloud.com', 'me.com', 'mac.com'],
    dotsIgnored: false,
    source: 'support.apple.com/118230: older accounts hold the same name at two or all three domains',
  },
  {
    name: 'Yandex Mail',
    oneMailbox: ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'ya.ru'],
    dotsIgnored: false,
    source: 'yandex.com/support, mailbox aliases: one user name at all of its domains is one mailbox',
  },
  ...plusTags('Outlook.com', 'Microsoft, plus addressing in Outlook.com (announced 2013)', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com'),
  ...plusTags('Proton Mail', 'proton.me/support/addresses-and-aliases, +aliases', 'proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'),
  ...plusTags('Fastmail', 'Fastmail Help, plus addressing', 'fastmail.com', 'fastmail.fm'),
];

const BY_DOMAIN = new Map(CONSUMER_PROVIDERS.flatMap((provider) => provider.oneMailbox.map((domain) => [domain, provider] as const)));

/** The provider of a canonical domain; undefined for every company domain, also one hosted by such a provider. */
export function consumerProvider(domain: string): ConsumerProvider | undefined {
  return BY_DOMAIN.get(domain);
}
