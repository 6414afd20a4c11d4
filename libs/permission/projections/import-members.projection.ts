import { COLLECTIONS, type ImportMemberDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';

/** Contacts that a later import found again; the first import stands on the contact itself. */
export const importMembersProjection = defineProjection<ImportMemberDoc>({
  name: COLLECTIONS.importMembers,
  version: 1,
  indexes: ['importId', 'contactId'],
  handlers: {
    ContactSourceMerged: ({ data }) => {
      const { importId, contactId } = data as { importId: string; contactId: string };
      return [{ id: `${importId}.${contactId}`, change: () => ({ importId, contactId }) }];
    },
  },
});
