import type { Projection } from '#kernel/projection';
import type { AnyProcessManager } from '#engine/reactions/process-manager-runner';
import { accessProjections } from '#access/projections/index';
import { campaignsProjections } from '#campaigns/projections/index';
import { erasureProcessManagers } from '#erasure/process-managers/index';
import { erasureProjections } from '#erasure/projections/index';
import { obligationProjections } from '#obligations/projections/index';
import { permissionProcessManagers } from '#permission/process-managers/index';
import { permissionProjections } from '#permission/projections/index';
import { sourcingProjections } from '#sourcing/projections/index';

/** Every read model of the product; replay folds the same list. */
export const allProjections = [
  ...sourcingProjections, ...permissionProjections, ...campaignsProjections, ...erasureProjections, ...obligationProjections, ...accessProjections,
] as unknown as readonly Projection[];

export const allProcessManagers = [...permissionProcessManagers, ...erasureProcessManagers] as unknown as readonly AnyProcessManager[];
