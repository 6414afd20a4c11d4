/** Why a campaign does not send just now, if so. */
export interface RunnerStatus {
  readonly waitingFor: 'start' | 'pace' | 'retry' | 'smtp-unreachable' | undefined;
  /** When it goes on, where that is known. */
  readonly until: string | undefined;
  /** Members of the audience without a final answer. */
  readonly left: number;
}

/** The sending side of a campaign, told after a state change was recorded. */
export interface CampaignRunner {
  /** Settles what a crash left open, then sends. Call once the projections run. */
  start(): Promise<void>;
  /** Takes up nothing more, waits for open messages and makes their outcomes durable. */
  stop(): Promise<void>;
  /** Reads the campaign's stream again; after a pause or cancel resolves when no new message of it can be authorised. */
  refresh(campaignId: string): Promise<void>;
  /** Takes up campaigns that nobody sends, and lets go of those that another process has taken over. */
  look(): Promise<void>;
  /** Undefined for a campaign that no process sends. */
  status(campaignId: string): Promise<RunnerStatus | undefined>;
  /** Why nothing is sent at all (SUP-04); a code. The app is not ready then. */
  fault(): string | undefined;
  /** Why the sending thread ended or did not start, as a code, until one answers again. The next message starts a new one. */
  senderFailure(): string | undefined;
  /** The id of one dispatch: the same for ever for one campaign and contact. */
  dispatchId(campaignId: string, contactId: string): Promise<string>;
}
