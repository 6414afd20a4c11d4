import { OutrightError } from '#kernel/errors';
import type { ContentFinding } from './content-finding.js';

/** Runs an action and returns its expected failure as a finding; none where it succeeds. */
export function refusals(action: () => unknown): ContentFinding[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof OutrightError)) throw error;
    return [{
      id: error.code, severity: 'error', rule: error.rule ?? 'SND-18', clause: 'Template allow-list', message: error.message,
      fix: error.fix ?? 'Correct the template.', where: { part: 'template' },
    }];
  }
}
