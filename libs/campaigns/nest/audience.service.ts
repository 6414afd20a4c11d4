import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Recipient } from '#contracts/fields';
import { COLLECTIONS, type ContactDoc, type ImportDoc, type ImportMemberDoc } from '#contracts/read-models';
import { PersonalData } from '#engine/event-log/personal-data';
import type { DocQuery, ReadModelStore } from '#engine/read-models/read-model.port';
import { parseEmailAddress } from '#kernel/address/email-address';
import { BadInput } from '#kernel/errors';
import type { Doc } from '#kernel/projection';
import { ERASED } from '#kernel/sealed';
import { chooseAudience, type Candidate } from '../domain/audience.js';
import type { CampaignFile } from '../domain/campaign-file.js';

const PAGE = 500;

export type Member = Candidate & { readonly doc: ContactDoc };

/** Finds the people a campaign names by its imports and filters. A turn of the event loop never does more than one page. */
@Injectable()
export class AudienceService {
  constructor(@Inject(TOKENS.readModels) private readonly models: ReadModelStore, @Inject(TOKENS.personalData) private readonly personal: PersonalData) {}

  /** In order of sending. @throws BadInput for an import that does not exist or has not ended */
  async choose(audience: CampaignFile['audience']): Promise<Member[]> {
    const importIds = await this.imports(audience.imports);
    const members = new Map<string, Member>();
    const add = async (docs: Iterable<ContactDoc>): Promise<void> => {
      for (const doc of docs) members.set(doc.contactId, await this.member(doc, (audience.excludeDomains?.length ?? 0) > 0));
    };
    for await (const docs of this.pages<ContactDoc>(COLLECTIONS.contacts, { importId: importIds })) await add(docs);
    for await (const found of this.pages<ImportMemberDoc>(COLLECTIONS.importMembers, { importId: importIds })) {
      const docs = await this.models.getMany<ContactDoc>(COLLECTIONS.contacts, found.map(({ contactId }) => contactId).filter((id) => !members.has(id)));
      await add([...docs.values()].flatMap(({ doc }) => (doc === undefined ? [] : [doc])));
    }
    return chooseAudience(audience, members.values());
  }

  /** The domain of a member's address, for comparing only. */
  async domainOf(doc: ContactDoc): Promise<string | undefined> {
    if (doc.recipient === undefined) return undefined;
    const recipient = await this.personal.open<Recipient>(doc.recipient);
    return recipient === ERASED || recipient.email === undefined ? undefined : parseEmailAddress(recipient.email).domain;
  }

  private async member(doc: ContactDoc, withDomain: boolean): Promise<Member> {
    const { contactId, country, recipientType, state, channel, addedAt, noticeDueAt, noticeProvidedAt } = doc;
    return { doc, contactId, country, recipientType, state, channel, addedAt, noticeDueAt, noticeProvidedAt, domain: withDomain ? await this.domainOf(doc) : undefined };
  }

  private async imports(names: readonly string[]): Promise<string[]> {
    const found: ImportDoc[] = [];
    for await (const docs of this.pages<ImportDoc>(COLLECTIONS.imports, { name: [...names] })) found.push(...docs);
    for (const name of names) {
      const known = found.filter((one) => one.name === name);
      if (known.some(({ state }) => state === 'running')) throw new BadInput(`The import ${name} has not ended yet.`, { code: 'import-running', fix: 'Wait for it to end, or start the same import again to resume it.', status: 409 });
      if (!known.some(({ state }) => state === 'completed')) throw new BadInput(`There is no import ${name}.`, { code: 'import-unknown', fix: 'Import the file first, or correct the name in audience.imports.' });
    }
    return found.filter(({ state }) => state === 'completed').map(({ importId }) => importId);
  }

  private async *pages<D extends Doc>(collection: string, where: NonNullable<DocQuery['where']>): AsyncGenerator<D[]> {
    let cursor: string | undefined;
    do {
      const page = await this.models.find<D>(collection, { where, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      yield page.items;
      cursor = page.next;
      await nextTurn();
    } while (cursor !== undefined);
  }
}
