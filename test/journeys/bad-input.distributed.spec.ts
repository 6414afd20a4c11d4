import { distributed } from '#test/support/distributed';
import { badInputJourney } from './bad-input.journey.js';

badInputJourney(distributed());
