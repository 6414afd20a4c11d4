import type { EventData, EventInput } from '#contracts/define-event';
import type * as erasure from '#contracts/events/erasure/index';
import { isSealed, type Sealed } from '#kernel/sealed';
import { nextStep, type ErasureStep, type ErasureTrigger } from './erasure-steps.js';

export type ErasureCaseEvent =
  | EventData<typeof erasure.erasureRequested> | EventData<typeof erasure.erasureAddressesSecured> | EventInput<typeof erasure.erasureAddressesSecured>
  | EventData<typeof erasure.erasureStepCompleted> | EventData<typeof erasure.keysDestroyed> | EventData<typeof erasure.erasureVerified>
  | EventData<typeof erasure.erasureReopened> | EventData<typeof erasure.erasureCompleted> | EventData<typeof erasure.erasureWarned>
  | EventData<typeof erasure.erasureOverdue>;

export interface ErasureRequest {
  readonly caseId: string;
  readonly prospectId: string;
  readonly contactIds: readonly string[];
  readonly trigger: ErasureTrigger;
  readonly receivedAt: string;
  readonly dueAt: string;
}

export interface ErasureCaseState {
  readonly request?: ErasureRequest;
  readonly done: readonly ErasureStep[];
  /** The person's addresses under the key of the case; gone with that key. */
  readonly addresses?: Sealed;
  readonly reopened: number;
  readonly warnedHours: number;
  readonly overdue: boolean;
  readonly completedAt?: string;
}

export const initialErasureCase = (): ErasureCaseState => ({ done: [], reopened: 0, warnedHours: 0, overdue: false });

export function evolveErasureCase(state: ErasureCaseState, event: ErasureCaseEvent): ErasureCaseState {
  switch (event.type) {
    case 'ErasureRequested': return { ...state, request: event.data };
    case 'ErasureAddressesSecured': return isSealed(event.data.addresses) ? { ...state, addresses: event.data.addresses } : state;
    case 'ErasureStepCompleted': return state.done.includes(event.data.step) ? state : { ...state, done: [...state.done, event.data.step] };
    // The secured addresses stay what they are: they can be read only once.
    case 'ErasureReopened': return { ...state, done: state.done.filter((step) => step === 'secure_address'), reopened: state.reopened + 1 };
    case 'ErasureWarned': return { ...state, warnedHours: Math.max(state.warnedHours, event.data.hours) };
    case 'ErasureOverdue': return { ...state, overdue: true };
    case 'ErasureCompleted': return { ...state, completedAt: event.data.completedAt };
    default: return state;
  }
}

/** The step that is owed now; undefined before the request and after the last step. */
export function owedStep({ request, done, completedAt }: ErasureCaseState): ErasureStep | undefined {
  return request === undefined || completedAt !== undefined ? undefined : nextStep(request.trigger, done);
}
