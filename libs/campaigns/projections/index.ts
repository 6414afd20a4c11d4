import { campaignsProjection } from './campaigns.projection.js';

export const campaignsProjections = [campaignsProjection];
