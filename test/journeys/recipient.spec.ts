import { embedded } from '#test/support/engines';
import { recipientJourney } from './recipient.journey.js';

recipientJourney(embedded);
