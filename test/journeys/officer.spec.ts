import { embedded } from '#test/support/engines';
import { officerJourney } from './officer.journey.js';

officerJourney(embedded);
