import type { Projection } from '#kernel/projection';
import { contactsProjection } from './contacts.projection.js';
import { dispatchesProjection } from './dispatches.projection.js';
import { importMembersProjection } from './import-members.projection.js';
import { optOutsProjection } from './opt-outs.projection.js';

export const permissionProjections = [
  contactsProjection, dispatchesProjection, importMembersProjection, optOutsProjection,
] as unknown as readonly Projection[];
