/** An event as a decider sees it: what happened and the facts of it. Dates inside `data` are ISO 8601 strings in UTC. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * The functional core of one stream. `decide` never asks a clock, a random source or a port: time and ids come in with the command.
 * `evolve` ignores event types it does not know. `State` must survive JSON (it is kept as a snapshot under `foldVersion`).
 */
export interface Decider<State, Command, Event extends DomainEvent> {
  /** Stream category and fold number, e.g. `contact/3`; raise the number when `evolve` or `State` changes. */
  readonly foldVersion: string;
  readonly initialState: () => State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State) => Event[];
  /** Where the state is kept otherwise than as its snapshot. */
  readonly snapshotForm?: SnapshotForm<State>;
}

/** How a state is read from its snapshot and written to it. */
export interface SnapshotForm<State> {
  readonly read: (snapshot: string) => State;
  readonly write: (state: State) => string;
}

export function foldEvents<State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  events: Iterable<Event>,
  from: State = decider.initialState(),
): State {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
