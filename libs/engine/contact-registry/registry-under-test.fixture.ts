import type { EventStore } from '#engine/event-store/event-store.port';
import type { ContactRegistry } from './contact-registry.port.js';

export type RegistryUnderTest = { registry: ContactRegistry; store: EventStore; close: () => Promise<void> };
