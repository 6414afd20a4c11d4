import type { ErasureProof } from './erasure-proof.js';

const TRIGGERS: Readonly<Record<string, string>> = {
  opt_out: 'the person opted out of marketing', objection: 'the person objected to direct marketing', consent_withdrawn: 'the person withdrew consent',
  expired: 'the retention period ended', minor: 'the person is known to be a minor',
};
const STEPS: Readonly<Record<string, string>> = {
  suppress: 'Addresses put on the do-not-mail list', cancel_sends: 'Open messages stopped', revoke_timers: 'Timers revoked',
  secure_address: 'Addresses held under the key of the case until the end', notify_recipients: 'Third parties told to delete',
  destroy_keys: 'Data keys destroyed', remove_registry_rows: 'Rows removed from the address index', purge_read_models: 'Documents blanked',
  remove_messages: 'Kept messages removed', verify: 'Files searched for the addresses', destroy_case_key: 'Keys of the case destroyed',
};

/** Title and lines of a proof for people. */
function told(proof: ErasureProof, hash: string): readonly (readonly [string, string])[] {
  return [
    ['Case', proof.caseId],
    ['Reason', TRIGGERS[proof.trigger] ?? proof.trigger],
    ['Clock began', proof.receivedAt],
    ['Due', proof.dueAt],
    ['Completed', `${proof.completedAt} (${proof.inTime ? 'in time' : 'late'})`],
    ['Policy version', proof.policyVersion],
    ...Object.entries(proof.steps).map(([name, count]) => [STEPS[name] ?? name, String(count)] as const),
    ['Third parties', proof.recipients.length === 0 ? 'none held the data' : proof.recipients.map(({ recipientId, acknowledgedAt }) => `${recipientId} answered ${acknowledgedAt}`).join('; ')],
    ['Search', `${proof.scan.files} files, ${proof.scan.bytes} bytes, nothing found; hash ${proof.scan.hash}`],
    ['Reopened', proof.reopened === 0 ? 'never' : `${proof.reopened} times, because a search found a trace`],
    ['Proof hash', `${hash} (SHA-256 over the JSON form, keys sorted, no spaces)`],
  ];
}

export function proofAsText(proof: ErasureProof, hash: string): string {
  const lines = told(proof, hash).map(([name, value]) => `${name}: ${value}`);
  return ['Proof of erasure', '', ...lines, '', 'Of the person nothing readable is left. The case number leads to no name and no address.', ''].join('\n');
}

export function proofAsHtml(proof: ErasureProof, hash: string): string {
  const rows = told(proof, hash).map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Proof of erasure</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}th{text-align:left;padding-right:1.5rem;vertical-align:top}td{overflow-wrap:anywhere}</style>
</head><body><h1>Proof of erasure</h1>
<table>
${rows}
</table>
<p>Of the person nothing readable is left. The case number leads to no name and no address.</p>
</body></html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
}
