import type { Projection } from '#kernel/projection';
import { contactsProjection } from './contacts.projection.js';
import { dispatchesProjection } from './dispatches.projection.js';
import { importMembersProjection } from './import-members.projection.js';
import { optOutsProjection } from './opt-outs.projection.js';
import { overlapsProjection } from './overlaps.projection.js';

export const permissionProjections = [
  contactsProjection, dispatchesProjection, importMembersProjection, optOutsProjection, overlapsProjection,
] as unknown as readonly Projection[];
