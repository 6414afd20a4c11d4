import type { BoardClockDoc, ClockLevel } from './board-clock.js';

export interface WhatToDo {
  readonly blocker: string;
  readonly owner: string;
  readonly nextAction: string;
}

const SYSTEM = 'system';
const OFFICER = 'officer';

/** Who has to do what about a clock, in words; a closed one asks for nothing. */
export function whatToDo(doc: BoardClockDoc, level: ClockLevel): WhatToDo {
  if (level === 'met' || level === 'missed') {
    return { blocker: '', owner: SYSTEM, nextAction: level === 'met' ? '' : 'Record why it was late.' };
  }
  const late = level === 'overdue';
  switch (doc.kind) {
    case 'CL-01':
    case 'CL-05': return { blocker: 'the address is not suppressed', owner: OFFICER, nextAction: 'Suppress the address now; this must never be open.' };
    case 'CL-02': return erasure(doc, late);
    case 'CL-06': return {
      blocker: 'no notice was given', owner: OFFICER,
      nextAction: late ? 'Give the notice by other means or erase the person; nothing is sent any more.' : 'Send a first message that carries the notice, or erase the person.',
    };
    case 'CL-07': return late
      ? { blocker: 'the erasure did not begin', owner: OFFICER, nextAction: 'See whether the app runs: it erases by itself.' }
      : { blocker: '', owner: SYSTEM, nextAction: 'Nothing: the person is erased when the period ends.' };
  }
}

function erasure({ details, caseRef }: BoardClockDoc, late: boolean): WhatToDo {
  const owner = late ? OFFICER : SYSTEM;
  const { lastStep, traces, steps } = details;
  if (steps === undefined) return { blocker: 'no case is open yet', owner, nextAction: 'See whether the app runs: it opens the case by itself.' };
  if (lastStep === 'reopened') return { blocker: `the search found ${traces} traces`, owner: OFFICER, nextAction: 'Remove the files that hold the address; the search runs again by itself.' };
  const blocker = lastStep === undefined ? 'no step is done' : lastStep === 'remove_messages' ? 'waits for the search over all files' : `the step after ${lastStep}`;
  return { blocker, owner, nextAction: late ? `Read the failures of the erasure steps in the log, case ${caseRef}.` : 'Nothing: the steps run by themselves.' };
}
