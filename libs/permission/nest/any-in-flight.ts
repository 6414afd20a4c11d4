import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import { TOKENS } from '#contracts/api/tokens';

/** The open messages of this process, wherever the app composed their sender; a process that sends nothing has none to cancel. */
@Injectable()
export class AnyInFlight implements InFlightDispatches {
  private found: { readonly sender: InFlightDispatches | undefined } | undefined;

  constructor(@Inject(ModuleRef) private readonly modules: ModuleRef) {}

  async cancel(...wish: Parameters<InFlightDispatches['cancel']>): ReturnType<InFlightDispatches['cancel']> {
    return (await this.sender?.cancel(...wish)) ?? [];
  }

  hold(): () => void {
    return this.sender?.hold?.() ?? (() => undefined);
  }

  private get sender(): InFlightDispatches | undefined {
    this.found ??= { sender: this.find() };
    return this.found.sender;
  }

  private find(): InFlightDispatches | undefined {
    try {
      return this.modules.get<InFlightDispatches>(TOKENS.inFlight, { strict: false });
    } catch {
      return undefined;
    }
  }
}
