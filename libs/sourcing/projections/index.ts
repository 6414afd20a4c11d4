import type { Projection } from '#kernel/projection';
import { importsProjection } from './imports.projection.js';
import { prospectsProjection } from './prospects.projection.js';

export const sourcingProjections: readonly Projection[] = [prospectsProjection, importsProjection] as unknown as readonly Projection[];
