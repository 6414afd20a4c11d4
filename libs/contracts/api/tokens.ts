/** Injection tokens of what contexts and engine offer each other. */
export const TOKENS = {
  clock: Symbol('Clock'),
  eventLog: Symbol('EventLog'),
  eventStore: Symbol('EventStore'),
  eventFeed: Symbol('EventFeed'),
  /** Events that are set aside; for the gate as `Quarantine`. */
  deadLetters: Symbol('DeadLetters'),
  registry: Symbol('ContactRegistry'),
  readModels: Symbol('ReadModelStore'),
  vault: Symbol('KeyVault'),
  keyProvider: Symbol('KeyProvider'),
  wakeUps: Symbol('WakeUps'),
  leases: Symbol('Leases'),
  mailTransport: Symbol('MailTransport'),
  sendingThread: Symbol('SendingThread'),
  personalData: Symbol('PersonalData'),
  installation: Symbol('Installation'),
  addressBook: Symbol('AddressBook'),
  tenancy: Symbol('Tenancy'),
  dispatchGate: Symbol('DispatchGate'),
  inFlight: Symbol('InFlightDispatches'),
  campaignReader: Symbol('CampaignReader'),
  campaignContent: Symbol('CampaignContent'),
  faultPoints: Symbol('FaultPoints'),
  messageComposer: Symbol('MessageComposer'),
  campaignRunner: Symbol('CampaignRunner'),
  catchUp: Symbol('CatchUp'),
  /** Folder and scrubbing of the engine that runs: see `api/engine-files.ts`. */
  engine: Symbol('EngineFiles'),
  accessLog: Symbol('AccessLog'),
  /** Every projection of the product, for replay: `readonly Projection[]`. */
  projections: Symbol('Projections'),
  /** A read-model store that nobody else sees: `() => ReadModelStore & { close(): Promise<void> }`. */
  freshReadModels: Symbol('FreshReadModels'),
} as const;
