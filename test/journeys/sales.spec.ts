import { embedded } from '#test/support/engines';
import { salesJourney } from './sales.journey.js';

salesJourney(embedded);
