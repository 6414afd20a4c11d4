import { Injectable } from '@nestjs/common';
import type { CampaignContent, LegalFacts, PreparedContent } from '#contracts/api/campaign-content';
import type { TemplateSource } from '#contracts/api/campaign-reader';
import type { ControllerIdentity as RecordedIdentity } from '#contracts/api/tenancy';
import type { ControllerIdentity } from '../domain/content/controller-identity.js';
import { legalLanguage } from '../domain/content/languages/legal-languages.js';
import type { LegalContext } from '../domain/content/legal-context.js';
import { prepareTemplate } from '../domain/content/prepared-template.js';

const identities = new WeakMap<RecordedIdentity, ControllerIdentity>();

/** The identity as the content rules take it; one object per recorded one, because renderings are remembered by it. */
export function contentIdentity(recorded: RecordedIdentity): ControllerIdentity {
  let identity = identities.get(recorded);
  if (identity === undefined) {
    const { dpo, supervisoryAuthority, postalAddress: { region, poBoxRegistered, ...address }, ...rest } = recorded;
    identity = {
      ...rest, postalAddress: { ...address, ...(region === undefined ? {} : { region }), ...(poBoxRegistered === undefined ? {} : { poBoxRegistered }) },
      ...(dpo === undefined ? {} : { dpo }), ...(supervisoryAuthority === undefined ? {} : { supervisoryAuthority }),
    };
    identities.set(recorded, identity);
  }
  return identity;
}

@Injectable()
export class CampaignContentService implements CampaignContent {
  private readonly prepared = new WeakMap<TemplateSource, PreparedContent>();

  prepare(template: TemplateSource): PreparedContent {
    let known = this.prepared.get(template);
    if (known === undefined) {
      known = this.compile(template);
      this.prepared.set(template, known);
    }
    return known;
  }

  private compile({ language, subject, text, html }: TemplateSource): PreparedContent {
    const compiled = prepareTemplate({ language, subject, text, html });
    const countries = new Intl.DisplayNames([language], { type: 'region' });
    const lines = new WeakMap<RecordedIdentity, readonly string[]>();
    return {
      noticeVersion: `${language}-${legalLanguage(language).version}`,
      render: (fields, legal) => compiled.render(fields, legalContext(legal)),
      postalLines: (identity) => {
        let known = lines.get(identity);
        if (known === undefined) {
          const { street, locality, postcode, country } = identity.postalAddress;
          known = [street, postcode, locality, countries.of(country) ?? country];
          lines.set(identity, known);
        }
        return known;
      },
    };
  }
}

// Field by field: rest and spread cost more than all the rest of it, for every message.
function legalContext({ identity, unsubscribeUrl, privacyUrl, purpose, basis, interestText, retention, source: { name, url, kind, collectedOn } }: LegalFacts): LegalContext {
  return {
    identity: contentIdentity(identity), unsubscribeUrl, privacyUrl, purpose, basis, retention, source: { kind, collectedOn, name, url }, interestText,
  };
}
