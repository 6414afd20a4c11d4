import { embedded } from '#test/support/engines';
import { badInputJourney } from './bad-input.journey.js';

badInputJourney(embedded);
