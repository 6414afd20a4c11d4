import type { EventData } from '#contracts/define-event';
import type * as campaigns from '#contracts/events/campaigns/index';
import { defineProjection } from '#kernel/projection';

export const TEMPLATES = 'templates';

/** A recorded template as lists show it, without its text and html. */
export interface RecordedTemplate {
  templateVersion: string;
  language: string;
  subject: string;
  legalVersion: string;
  messageClass: 'commercial';
  criteria: string[];
  findings: string[];
  recordedAt: string;
}
export type TemplateDoc = RecordedTemplate & Record<string, unknown>;

export const templatesProjection = defineProjection<TemplateDoc>({
  name: TEMPLATES,
  version: 1,
  indexes: ['templateVersion', 'language', 'recordedAt'],
  handlers: {
    TemplateRecorded: ({ data, recordedAt }) => {
      const { text: _text, html: _html, ...told } = data as unknown as EventData<typeof campaigns.templateRecorded>['data'];
      return [{ id: told.templateVersion, change: () => ({ ...told, recordedAt }) }];
    },
  },
});
