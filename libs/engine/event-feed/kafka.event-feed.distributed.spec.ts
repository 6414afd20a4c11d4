import { eventFeedContract } from './event-feed.contract.js';
import { openKafka, published } from './kafka-feed.fixture.js';

eventFeedContract('Kafka', async () => {
  const kafka = await openKafka();
  const store = published(kafka);
  let feed = kafka.feed();
  return {
    store,
    feed,
    letters: kafka.letters,
    async reopen() {
      await feed.close();
      feed = kafka.feed();
      return { store, feed, letters: kafka.letters };
    },
    close: () => kafka.close(),
  };
});
