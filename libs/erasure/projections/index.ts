import { erasures } from './erasures.projection.js';

export const erasureProjections = [erasures];
