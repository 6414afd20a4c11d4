import { foldEvents, type Decider, type DomainEvent } from './decider.js';

export interface Outcome<Event> {
  readonly events: Event[] | undefined;
  readonly error: unknown;
}

/** Given–when–then for a decider: `given(decider, history).when(command)` returns what was decided or thrown. */
export function given<State, Command, Event extends DomainEvent>(decider: Decider<State, Command, Event>, history: Event[] = []) {
  const state = foldEvents(decider, history);
  return {
    state,
    when(command: Command): Outcome<Event> {
      try {
        return { events: decider.decide(command, state), error: undefined };
      } catch (error) {
        return { events: undefined, error };
      }
    },
  };
}
