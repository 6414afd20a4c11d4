import type { ProcessManager } from '#kernel/process-manager';
import type { Doc } from '#kernel/projection';
import { otherContacts } from './other-contacts.process-manager.js';

export const permissionProcessManagers = [otherContacts] as unknown as readonly ProcessManager<Doc & { owed: 0 | 1; nextAt: string }, unknown>[];
