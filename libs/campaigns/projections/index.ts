import { campaignsProjection } from './campaigns.projection.js';
import { templatesProjection } from './templates.projection.js';

export const campaignsProjections = [campaignsProjection, templatesProjection];
