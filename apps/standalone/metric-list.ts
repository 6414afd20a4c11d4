interface MetricDefinition {
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** Each has few values, none of which comes from outside the program. */
  readonly labels: readonly string[];
}

/** Everything that `/metrics` tells. Names end in their unit, where there is one. */
export const METRICS = {
  outright_log_position: { type: 'gauge', help: 'Events in the published log', labels: [] },
  outright_read_model_lag_events: { type: 'gauge', help: 'Events that the read models have not seen', labels: [] },
  outright_consumer_lag_events: { type: 'gauge', help: 'Events that a consumer of this process has yet to handle', labels: ['consumer'] },
  outright_consumer_failed: { type: 'gauge', help: '1 where a consumer stands still for good', labels: ['consumer'] },
  outright_dead_letters: { type: 'gauge', help: 'Streams that stand still for a consumer because an event could not be handled', labels: ['consumer'] },
  outright_relay_unpublished_commits: { type: 'gauge', help: 'Commits that are not published to Kafka yet', labels: [] },
  outright_relay_oldest_unpublished_age_seconds: { type: 'gauge', help: 'Age of the oldest commit that is not published yet', labels: [] },
  outright_opt_out_lag_seconds: { type: 'gauge', help: 'How long the oldest wish waits to reach every contact of its person, as far as its consumer has seen', labels: [] },
  outright_wake_up_oldest_age_seconds: { type: 'gauge', help: 'How long the oldest wake-up that was not called is overdue', labels: [] },
  outright_clocks_overdue: { type: 'gauge', help: 'Legal clocks past due (counted up to 500)', labels: [] },
  outright_dispatches: { type: 'gauge', help: 'Dispatches by outcome', labels: ['status'] },
  outright_dispatches_after_opt_out: { type: 'gauge', help: 'Overlaps: messages handed off after an opt-out was recorded', labels: [] },
  outright_erasures: { type: 'gauge', help: 'Erasure cases by state', labels: ['state'] },
  outright_reaction_failures: { type: 'gauge', help: 'Commands of process managers that fail now', labels: [] },
  outright_missing_data_keys: { type: 'gauge', help: 'Data keys that are gone without a tombstone', labels: [] },
  outright_integrity_findings: { type: 'gauge', help: 'Signs that recorded history was changed, until a verification finds none', labels: [] },
  outright_service_up: { type: 'gauge', help: '1 where a service that the engine stands on answers', labels: ['service'] },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
