import type { GateFacts } from '../gate-facts.js';
import { lawfulTestSend } from '../lawful-facts.js';
import { allow, deny, type Rule, type RuleOutcome } from '../rule.js';

const running = allow({ state: 'running' });
const test = allow({ state: 'test' });
const testToContact = deny('test-to-contact', 'Send tests to the registered test recipients only.');
const paused = deny('campaign-paused', 'Resume the campaign.');
const cancelled = deny('campaign-cancelled', 'Nothing to do: the campaign was cancelled.');
const finished = deny('campaign-finished', 'Launch a new campaign under a new name.');
const unknown = deny('campaign-unknown', 'Launch the campaign; its state cannot be found.');

function judge({ campaign, contact }: GateFacts): RuleOutcome {
  if (typeof campaign.id !== 'string' || campaign.id === '') return unknown;
  switch (campaign.state) {
    case 'running': return running;
    case 'test': return contact === undefined ? test : testToContact;
    case 'paused': return paused;
    case 'cancelled': return cancelled;
    case 'finished': return finished;
    default: return unknown;
  }
}

export const campaignRunningRule: Rule = {
  id: 'campaign-running',
  version: 1,
  title: 'The campaign is running',
  clause: 'GDPR 5(1)(b)',
  validFrom: '2018-05-25',
  requirement: ['SND-09'],
  evaluate: judge,
  cases: [
    { name: 'a running campaign', facts: {}, expect: 'allow' },
    { name: 'a test send to a registered recipient', facts: lawfulTestSend, expect: 'allow' },
    { name: 'a test send to a prospect', facts: { campaign: { state: 'test' } }, expect: 'deny', reason: 'test-to-contact' },
    { name: 'a paused campaign', facts: { campaign: { state: 'paused' } }, expect: 'deny', reason: 'campaign-paused' },
    { name: 'a cancelled campaign', facts: { campaign: { state: 'cancelled' } }, expect: 'deny', reason: 'campaign-cancelled' },
    { name: 'a finished campaign', facts: { campaign: { state: 'finished' } }, expect: 'deny', reason: 'campaign-finished' },
    { name: 'an unknown state', facts: { campaign: { state: undefined } }, expect: 'deny', reason: 'campaign-unknown' },
    { name: 'a campaign without id', facts: { campaign: { id: undefined } }, expect: 'deny', reason: 'campaign-unknown' },
  ],
};
