import type { FactoryProvider } from '@nestjs/common';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { MessageComposer } from '#contracts/api/message-composer';
import type { SendingThread } from '#contracts/api/sending-thread';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { EventLog } from '#engine/event-log/event-log';
import type { PersonalData } from '#engine/event-log/personal-data';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { LocalSender } from './local-sender.js';
import { MESSAGE_SENDER, type MessageSender } from './message-sender.js';
import { ThreadSender } from './thread/thread-sender.js';

type Parts = [MessageComposer, MailTransport, FaultPoints, Clock, EventLog, KeyVault, PersonalData, Tenancy, KeyProvider, SendingThread | undefined];

/** On a thread of its own where the composition names one, else on the event loop. */
export const messageSenderProvider: FactoryProvider<MessageSender> = {
  provide: MESSAGE_SENDER,
  inject: [
    TOKENS.messageComposer, TOKENS.mailTransport, TOKENS.faultPoints, TOKENS.clock, TOKENS.eventLog, TOKENS.vault, TOKENS.personalData, TOKENS.tenancy, TOKENS.keyProvider,
    { token: TOKENS.sendingThread, optional: true },
  ],
  useFactory: (...[composer, transport, faults, clock, log, vault, personal, tenancy, keys, thread]: Parts) => (thread === undefined
    ? new LocalSender({ composer, transport, faults, monotonic: () => clock.monotonic() })
    : new ThreadSender({ clock, log, vault, personal, tenancy, keys, ...thread })),
};
