import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { CampaignContentService } from '#campaigns/nest/campaign-content.service';
import { faultPointsOf } from '#delivery/nest/fault-points';
import { MessageRenderer } from '#delivery/nest/message-renderer';
import { SenderIdentities } from '#delivery/nest/sender-identities';
import { Borrowed, threadSecrets } from '#delivery/nest/thread/thread-ports';
import { ThreadService } from '#delivery/nest/thread/thread-service';
import type { ThreadData } from '#delivery/nest/thread/thread.protocol';
import { SystemClock } from '#engine/clock/system.clock';
import { giveWay } from '#engine/embedded/give-way';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import { PepperedAddressBook } from '#permission/nest/address-book.service';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { mailTransportOf } from './mail-transport.factory.js';

/** The sending thread: composes and hands over what the event loop has authorised. It reads no file of the data folder. */
giveWay(2);
const data = workerData as ThreadData<{ readonly config: LoadedConfig; readonly tenantId: string }>;
const { config, tenantId } = data.setup;
const secrets = threadSecrets(data);
const borrowed = new Borrowed();
const book = await PepperedAddressBook.open(secrets, tenantId);
const content = new CampaignContentService();
const personal = new PersonalData(borrowed.vault);
const log = new EventLog(borrowed.store, borrowed.vault, new SystemClock());
if (parentPort === null) throw new Error('This module runs on a thread of its own.');
new ThreadService(parentPort, {
  composerFor: (tenancy) => new MessageRenderer(content, tenancy, book, personal, log, borrowed.vault, secrets, new SenderIdentities(tenancy)),
  transport: mailTransportOf(config), borrowed, faults: faultPointsOf(process.env), cells: data.cells,
});
