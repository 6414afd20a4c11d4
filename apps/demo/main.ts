import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { campaignIsChecked, campaignLaunched } from './chapters/campaign.js';
import { theyAreForgotten, threeYearsPass } from './chapters/forgetting.js';
import { recipientsLeave } from './chapters/leaving.js';
import { historyIsReplayed, historyIsVerified } from './chapters/proving.js';
import { prospectsArrive } from './chapters/sourcing.js';
import { eligibleAddresses } from './still-waiting.js';
import { FIRST_DAY, setStage } from './stage.js';
import { Story } from './story.js';

/** The main job on real input: real files, real SMTP on this machine, a calendar that is moved by hand. Exit code 1 if a promise failed. */
const story = new Story();
const out = resolve(process.env['OUTRIGHT_DEMO_OUTPUT'] ?? 'demo-output');
const started = performance.now();
story.line('Outright: outreach you can prove. The calendar of this demo starts on ' + FIRST_DAY.toISOString().slice(0, 10) + '.');
const stage = await setStage(story, out);
try {
  await prospectsArrive(stage);
  await campaignIsChecked(stage);
  await campaignLaunched(stage);
  const candidates = eligibleAddresses();
  await recipientsLeave(stage, () => {
    const mailed = new Set(stage.boxes.letters.map(({ to }) => to.toLowerCase()));
    return candidates.find((address) => !mailed.has(address.toLowerCase()));
  });
  await theyAreForgotten(stage);
  await historyIsReplayed(stage);
  await threeYearsPass(stage);
  await historyIsVerified(stage);
} catch (error) {
  story.promise(`the demo runs to its end (${error instanceof Error ? error.message : 'unknown fault'})`, false);
} finally {
  await stage.app.close();
  await stage.boxes.close();
}
story.line('');
story.line(`${story.promisesKept} promises kept, ${story.failures.length} broken, ${stage.boxes.letters.length} messages delivered, ${((performance.now() - started) / 1000).toFixed(1)} s.`);
for (const failure of story.failures) story.line(`broken: ${failure}`);
const left = ['messages', 'audit-bundle', 'report.html', 'erasure-proof.txt'].filter((name) => existsSync(join(out, name)));
story.line(`Left in ${out}: ${left.map((name) => (name === 'messages' ? `messages/ (${readdirSync(join(out, name)).length})` : name)).join(', ')}.`);
process.exitCode = story.failures.length === 0 ? 0 : 1;
