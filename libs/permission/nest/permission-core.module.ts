import { Module } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { PepperedAddressBook } from './address-book.service.js';
import { AnyInFlight } from './any-in-flight.js';
import { contactCommandHandlers } from './contact-command.handlers.js';
import { ContactStreams } from './contact-streams.js';
import { DispatchGateService } from './dispatch-gate.service.js';
import { OptOutHandler } from './opt-out.handler.js';
import { OptOutProtocol } from './opt-out.protocol.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ReachOtherContactsHandler } from './reach-other-contacts.handler.js';

/** The contact stream and what guards it, without routes and jobs. Needs the engine's tokens, `TOKENS.tenancy` and a global CqrsModule. */
@Module({
  providers: [
    {
      provide: TOKENS.addressBook,
      inject: [TOKENS.keyProvider, TOKENS.tenancy],
      useFactory: (keys: KeyProvider, tenancy: Tenancy) => PepperedAddressBook.open(keys, tenancy.tenantId),
    },
    { provide: TOKENS.dispatchGate, useClass: DispatchGateService },
    AnyInFlight, ContactStreams, OutcomeRecorder, OptOutProtocol, OptOutHandler, ReachOtherContactsHandler, ...contactCommandHandlers,
  ],
  exports: [TOKENS.addressBook, TOKENS.dispatchGate, ContactStreams, OptOutProtocol],
})
export class PermissionCoreModule {}
