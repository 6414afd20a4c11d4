/** Last word on a dispatch; one letter each, because a snapshot holds every dispatch of the contact. */
export const DISPATCH = {
  authorised: 'a', refused: 'r', handedOff: 'h', failed: 'f', failedTemporarily: 't', unknown: 'u', cancelled: 'c',
  resolvedDelivered: 'd', resolvedNotDelivered: 'n',
} as const;
export type DispatchCode = (typeof DISPATCH)[keyof typeof DISPATCH];

export interface DispatchState {
  readonly s: DispatchCode;
  /** Attempts so far, refusals counted. */
  readonly a: number;
}

/**
 * Every dispatch of a contact as text, each as `,"id":{"s":"h","a":1}`: behind their first comma the members of the object that a snapshot
 * holds. An object with a key for each would be built and copied with every message, and cost more than all else of the decision.
 */
export type DispatchList = string;

/** As `JSON.stringify` writes it a key holds no bare quote, so a comma and a quote before it are found nowhere else. */
const keyOf = (dispatchId: string): string => `,${JSON.stringify(dispatchId)}:{"s":"`;
const BEFORE_ATTEMPTS = 'h","a":'.length;

export function dispatchOf(list: DispatchList, dispatchId: string): DispatchState | undefined {
  const key = keyOf(dispatchId);
  const found = list.indexOf(key);
  if (found < 0) return undefined;
  const at = found + key.length;
  return { s: list.charAt(at) as DispatchCode, a: Number(list.slice(at + BEFORE_ATTEMPTS, list.indexOf('}', at))) };
}

/** The list with the last word on one dispatch, which keeps its place. */
export function withDispatch(list: DispatchList, dispatchId: string, { s, a }: DispatchState): DispatchList {
  const key = keyOf(dispatchId);
  const found = list.indexOf(key);
  const entry = `${key}${s}","a":${a}}`;
  return found < 0 ? list + entry : list.slice(0, found) + entry + list.slice(list.indexOf('}', found + key.length) + 1);
}
