import { distributed } from '#test/support/distributed';
import { officerJourney } from './officer.journey.js';

officerJourney(distributed({ processes: 'several' }));
