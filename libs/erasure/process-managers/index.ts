import { erasureSteps } from './erasure-steps.process-manager.js';
import { optOutToErasure } from './opt-out-to-erasure.process-manager.js';

export const erasureProcessManagers = [optOutToErasure, erasureSteps];
