import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { KafkaTopics, KEPT, partitionsDiffer, topicForgets, topicSettings, type TopicLayout } from '#engine/event-feed/kafka.topics';
import { KafkaClient, type KafkaSettings } from '#engine/kafka/kafka-client';
import { ANSWER_MS, type Surveyed } from './surveyed.js';

/** Settings that may be larger than ours, never smaller. */
const AT_LEAST = ['max.message.bytes', 'min.insync.replicas'] as const;
const ONCE_MORE = { retries: 1, initialRetryTime: 150, maxRetryTime: 300 };

type Problem = Pick<Surveyed, 'state' | 'what' | 'fix'>;

/** Brokers, and each topic of the layout with its partitions, replicas and settings. */
export async function surveyKafka(settings: KafkaSettings, layout: TopicLayout): Promise<Surveyed[]> {
  const client = new KafkaClient({ ...settings, requestTimeout: ANSWER_MS });
  const topics = new KafkaTopics(client, layout);
  return client.administer(async (admin) => {
    const { brokers, controller } = await admin.describeCluster();
    const names = new Set(await admin.listTopics());
    const [there, missing] = [topics.topics().filter((name) => names.has(name)), topics.topics().filter((name) => !names.has(name))];
    const problems = await problemsOf(admin, topics, there);
    const wanted = layout.replicas ?? 1;
    const tooFew = missing.length > 0 && brokers.length < wanted;
    return [
      { service: 'kafka', state: 'ok', what: `${count(brokers.length, 'broker')} (${brokers.map(({ host, port }) => `${host}:${port}`).join(', ')}), controller ${controller ?? 'unknown'}` },
      ...tooFew ? [{
        service: 'kafka', state: 'failed', what: `${wanted} replicas are configured, and Kafka has ${count(brokers.length, 'broker')}: no topic can be made.`,
        fix: `Start more brokers, or set distributed.kafka.replicas to ${brokers.length} (a lost broker is then a lost feed until it is published anew).`,
      } as const] : [],
      ...topics.categories.map((category): Surveyed => {
        const name = topics.topic(category);
        const shape = `${count(layout.partitions[category]!, 'partition')}, ${count(wanted, 'replica')}`;
        if (!names.has(name)) return { service: 'kafka', kind: 'topics', state: 'missing', what: `topic ${name} (${shape}, kept for ever)`, fix: 'Make it with `outright prepare`.' };
        return { service: 'kafka', kind: 'topics', ...(problems.get(name) ?? { state: 'ok', what: `topic ${name} (${shape}, kept for ever)` }) };
      }),
    ];
  }, ONCE_MORE);
}

/** The gravest problem of each topic that has one. */
async function problemsOf(admin: Admin, topics: KafkaTopics, names: readonly string[]): Promise<Map<string, Problem>> {
  const found = new Map<string, Problem>();
  if (names.length === 0) return found;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })) });
  const configs = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))]));
  for (const topic of (await admin.fetchTopicMetadata({ topics: [...names] })).topics) {
    const [first] = [
      partitionsProblem(topic, topics.layout.partitions[topics.categoryOf(topic.name)] ?? 0),
      retentionProblem(topic.name, configs.get(topic.name)),
      replicasProblem(topic, topics.layout.replicas ?? 1),
      boundProblem(topic.name, configs.get(topic.name), topicSettings(topics.layout)),
    ].filter((problem) => problem !== undefined);
    if (first !== undefined) found.set(topic.name, first);
  }
  return found;
}

function partitionsProblem({ name, partitions }: ITopicMetadata, configured: number): Problem | undefined {
  if (partitions.length !== configured) {
    const { message: what, fix = '' } = partitionsDiffer(name, partitions.length, configured);
    return { state: 'failed', what, fix };
  }
  const leaderless = partitions.filter(({ leader }) => leader < 0).length;
  return leaderless === 0 ? undefined : { state: 'failed', what: `Topic ${name} has ${count(leaderless, 'partition')} without leader.`, fix: 'Start the brokers that hold them; nothing is lost meanwhile.' };
}

function retentionProblem(topic: string, config: ReadonlyMap<string, string> | undefined): Problem | undefined {
  const forgets = KEPT.find((name) => config?.get(name) !== undefined && config.get(name) !== topicSettings({ prefix: '', partitions: {} })[name]);
  if (forgets === undefined) return undefined;
  const { message: what, fix = '' } = topicForgets(topic, forgets, config!.get(forgets)!);
  return { state: 'failed', what, fix };
}

function replicasProblem({ name, partitions }: ITopicMetadata, configured: number): Problem | undefined {
  const fewest = Math.min(...partitions.map(({ replicas }) => replicas.length));
  if (fewest < configured) {
    return { state: 'warning', what: `Topic ${name} has ${count(fewest, 'replica')}, and ${configured} are configured.`, fix: 'Reassign its partitions with kafka-reassign-partitions.sh, or configure as many replicas as there are.' };
  }
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length;
  return behind === 0 ? undefined : { state: 'warning', what: `Topic ${name} has ${count(behind, 'partition')} with a replica that lags or is away.`, fix: 'Look at the brokers; it mends itself when they are back.' };
}

function boundProblem(topic: string, config: ReadonlyMap<string, string> | undefined, wanted: ReturnType<typeof topicSettings>): Problem | undefined {
  const small = AT_LEAST.find((name) => Number(config?.get(name) ?? wanted[name]) < Number(wanted[name]));
  if (small === undefined) return undefined;
  return { state: 'warning', what: `Topic ${topic} has ${small}=${config!.get(small)}, and ${wanted[small]} is wanted.`, fix: `Set ${small}=${wanted[small]} on it with kafka-configs.sh.` };
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
