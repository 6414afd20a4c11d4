import { distributed } from '#test/support/distributed';
import { salesJourney } from './sales.journey.js';

salesJourney(distributed({ processes: 'several' }));
