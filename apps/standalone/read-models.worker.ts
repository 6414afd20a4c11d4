import { runModelThread } from '#engine/read-models/thread/model-thread';
import { allProjections } from './reactions.js';

runModelThread(allProjections);
