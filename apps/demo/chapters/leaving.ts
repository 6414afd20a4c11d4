import type { Letter } from '../mailboxes.js';
import type { Stage } from '../stage.js';
import { CAMPAIGN, sendUntil, status } from './campaign.js';

const letterTo = ({ boxes, config }: Stage, skip: number): Letter => {
  const own = new Set(config.testRecipients);
  const letter = boxes.letters.filter(({ to }) => !own.has(to))[skip];
  if (letter === undefined) throw new Error('There is no such letter yet.');
  return letter;
};

async function head({ app: { engine: { feed } } }: Stage): Promise<number> {
  return feed.count(await feed.head());
}

/** Reads a file of made-up addresses for someone whose message has not left yet. */
export async function recipientsLeave(stage: Stage, stillWaiting: () => string | undefined): Promise<void> {
  const { story, boxes, config, memory } = stage;
  story.chapter('Link scanners open every link');
  await stage.api.post(`/v1/campaigns/${CAMPAIGN}/pause`);
  // What was on its way when the pause came still gets its outcome.
  while (((await status(stage)).counts['authorised'] ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await stage.app.nudge();
  const before = await head(stage);
  const links = [...new Set(boxes.letters.flatMap(({ links: all, oneClick }) => [...all, ...(oneClick === undefined ? [] : [oneClick])]))].filter((link) => link.startsWith(config.publicUrl));
  for (const [i, link] of links.entries()) {
    for (const method of ['GET', 'HEAD']) await (await fetch(link, { method })).arrayBuffer();
    story.progress('links opened', i + 1, links.length);
  }
  story.promise(`${links.length} links fetched twice: not one event was written`, (await head(stage)) === before);
  await stage.api.post(`/v1/campaigns/${CAMPAIGN}/resume`);

  story.chapter('Recipients leave: by one click, by the page, and in mid-campaign');
  const clicked = letterTo(stage, 0);
  const one = await fetch(clicked.oneClick ?? '', { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
  story.promise('RFC 8058 one-click: answered 200 without a redirect, login or cookie', one.status === 200 && one.headers.get('set-cookie') === null);
  const onPage = letterTo(stage, 1);
  const page = await fetch(onPage.oneClick ?? '', { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'choice=everything' });
  const text = await page.text();
  story.promise('the page names the sender and the date by which the data is gone', page.status === 200 && text.includes('Example Scanners') && /2026-11|November 2026/.test(text));
  const waiting = stillWaiting();
  if (waiting === undefined) throw new Error('Everybody was mailed already.');
  await fetch(new URL('/u', config.publicUrl), { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ email: waiting, address: waiting }).toString() });
  memory.set('clicked', clicked.to).set('waiting', waiting).set('clickedMessageId', clicked.messageId);
  story.say('A third person, whose message has not left yet, types their address into the page.');
  const done = await sendUntil(stage, ({ state }) => state === 'finished');
  await boxes.settled();
  story.say(Object.entries(done.counts).map(([outcome, count]) => `${outcome} ${count}`).join(' · '));
  story.promise('the opt-out in mid-campaign stopped the next message', !boxes.letters.some(({ to }) => to.toLowerCase() === waiting.toLowerCase()));
  const times = new Map<string, number>();
  for (const { messageId } of boxes.letters) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  story.promise('nobody got a message twice', [...times.values()].every((count) => count === 1));
}
