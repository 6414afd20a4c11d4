import { Controller, Get, HttpCode, Inject, Logger, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Request, Response } from 'express';
import type { AddressBook } from '#contracts/api/address-book';
import { RecordOptOut, type OptOutReceipt } from '#contracts/api/opt-outs';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';
import { Public } from '#http/roles';
import { sourceOf } from '#http/source-of';
import { OutrightError } from '#kernel/errors';
import { tokenHash } from '#kernel/tokens/unsubscribe-token';
import type { UnsubscribeClaims } from '#kernel/tokens/token-claims';
import { bodyOf, formField } from './any-body.js';
import { PAGE_POLICY } from './pages/layout.js';
import { notStoredPage, tooManyPage } from './pages/problem.page.js';
import type { PageSender } from './pages/sender.js';
import { addressTypedPage, typeAddressPage, unreadableAddressPage } from './pages/type-address.page.js';
import { testLinkPage, unsubscribedPage, unsubscribePage } from './pages/unsubscribe.page.js';
import { SourceLimit } from './source-limit.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

const PER_MINUTE = 60;
const ACTOR = { kind: 'recipient', id: 'public-page' } as const;
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow', 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY',
};

/**
 * The pages that recipients see. A GET never changes anything (OPT-06). A POST on a valid token always opts out of everything, whatever
 * its body (OPT-07); the page offers no narrower choice. Only typed addresses and broken links are limited per source.
 */
@Public()
@Controller()
export class RecipientPagesController {
  private readonly limit: SourceLimit;
  /** Apart, so that fetching broken links never uses up what a typed address needs. */
  private readonly brokenLinks: SourceLimit;
  private readonly logger = new Logger('RecipientPages');

  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(UnsubscribeLinks) private readonly links: UnsubscribeLinks,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {
    this.limit = new SourceLimit(PER_MINUTE, () => clock.monotonic());
    this.brokenLinks = new SourceLimit(PER_MINUTE, () => clock.monotonic());
  }

  @Get('u/:token')
  show(@Param('token') token: string, @Req() request: Request, @Res() response: Response): void {
    const claims = this.claimsOf(token);
    if (claims === undefined) return this.badLink(request, response);
    send(response, 200, claims.inert ? testLinkPage(this.sender()) : unsubscribePage(this.sender(), this.deletedBy()));
  }

  @Post('u/:token')
  @HttpCode(200)
  async unsubscribe(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const claims = this.claimsOf(token);
    if (claims === undefined) return this.badLink(request, response);
    if (claims.inert) return send(response, 200, testLinkPage(this.sender()));
    const { channel, strict, loose, hmacKeyVersion, marker } = claims;
    const pressed = formField(bodyOf(request), 'choice') !== undefined;
    const receipt = await this.record({ channel, strict, loose }, pressed ? 'link' : 'one_click', `token ${tokenHash(token)}`, marker, hmacKeyVersion);
    if (receipt === undefined) return this.notStored(response);
    send(response, 200, unsubscribedPage(this.sender(), receipt.erasureDueAt));
  }

  @Get('u')
  ask(@Res() response: Response): void {
    send(response, 200, typeAddressPage(this.sender(), 'u', false));
  }

  @Post('u')
  @HttpCode(200)
  async typed(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.limit.take(sourceOf(request))) return this.tooMany(response);
    const forms = this.formsOf(formField(bodyOf(request), 'address'));
    if (forms === undefined) return send(response, 400, unreadableAddressPage(this.sender(), 'u'));
    if ((await this.record(forms, 'page', 'typed address')) === undefined) return this.notStored(response);
    send(response, 200, addressTypedPage(this.sender(), 'u', this.deletedBy()));
  }

  /** Undefined if the wish could not be made durable. */
  private async record(forms: AddressForms, channel: 'link' | 'one_click' | 'page', what: string, dispatchId?: string, keyVersion?: number): Promise<OptOutReceipt | undefined> {
    const command = new RecordOptOut({
      forms, channel, kind: 'opt_out', receivedAt: this.clock.now(), actor: ACTOR,
      ...(dispatchId === undefined ? {} : { dispatchId }), ...(keyVersion === undefined ? {} : { keyVersion }),
    });
    try {
      return await this.commands.execute<RecordOptOut, OptOutReceipt>(command);
    } catch (error) {
      this.logger.error(`An opt-out was not stored (${what}): ${error instanceof OutrightError ? error.code : 'internal-fault'}`);
      return undefined;
    }
  }

  private claimsOf(token: string): UnsubscribeClaims | undefined {
    const opened = this.links.read(token);
    return opened.ok && opened.claims.tenantId === this.tenancy.tenantId ? opened.claims : undefined;
  }

  private formsOf(address: string | undefined): AddressForms | undefined {
    try {
      return address === undefined ? undefined : this.book.email(address);
    } catch {
      return undefined;
    }
  }

  private sender(): PageSender {
    const identity = this.tenancy.identity()?.identity;
    return { name: identity?.name ?? 'this sender', privacyContact: identity?.privacyContact };
  }

  private deletedBy(): Date {
    return new Date(this.clock.now().getTime() + this.tenancy.setting<number>('optout.erasureMaxHours') * 3_600_000);
  }

  private badLink(request: Request, response: Response): void {
    if (!this.brokenLinks.take(sourceOf(request))) return this.tooMany(response);
    send(response, 404, typeAddressPage(this.sender(), '../u', true));
  }

  private tooMany(response: Response): void {
    response.setHeader('Retry-After', '60');
    send(response, 429, tooManyPage(this.sender()));
  }

  private notStored(response: Response): void {
    response.setHeader('Retry-After', '120');
    send(response, 503, notStoredPage(this.sender()));
  }
}

function send(response: Response, status: number, html: string): void {
  response.removeHeader('X-Powered-By');
  response.status(status).set(HEADERS).end(html);
}
