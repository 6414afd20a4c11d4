import { distributed } from '#test/support/distributed';
import { recipientJourney } from './recipient.journey.js';

recipientJourney(distributed({ processes: 'several' }));
