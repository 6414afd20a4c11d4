import { clocks } from './clocks.projection.js';

export const obligationProjections = [clocks];
