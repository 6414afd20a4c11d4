import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { FaultServer, type Fault } from '#engine/mail-transport/fault-server';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import type { Dispatch } from './harness/campaign-under-fire.js';
import { allOf, expectStatus, importList, launch, listOf, makeReady, people } from './harness/prospects.js';

let server: FaultServer;
let test: TestStandalone;
beforeAll(async () => {
  server = await FaultServer.start({ mode: 'plain' });
  test = await testStandalone({ smtpPort: server.smtp.port, connections: 1, listen: false, clock: new MovableClock(new Date(), true) });
  await makeReady(test.local);
}, 60_000);
afterAll(async () => {
  await test?.close();
  await server?.close();
  removeTempFolders();
});

let campaigns = 0;
/** A campaign to one person while the server fails so; gives what was recorded of the one message. */
async function sendUnder(fault: Fault): Promise<{ name: string; dispatch: Dispatch & Record<string, unknown> }> {
  const name = `fault-${campaigns++}`;
  await importList(test.local, name, listOf(people(1, name)));
  for (const socket of server.sockets) socket.destroy();
  await waitFor('the old connection to end', () => server.sockets.size === 0);
  server.fault = fault;
  await launch(test.local, name, name);
  let dispatch: (Dispatch & Record<string, unknown>) | undefined;
  await waitFor(`an outcome under ${fault.action} at ${fault.phase}`, async () => {
    [dispatch] = await allOf<Dispatch & Record<string, unknown>>(test.local, `/v1/dispatches?campaign=${name}`);
    return dispatch !== undefined && dispatch.status !== 'authorised';
  });
  server.fault = undefined;
  return { name, dispatch: dispatch! };
}

/** A slow machine may see the retry of an earlier fault meanwhile, so each is counted by itself. */
const deliveriesOf = (name: string): number => server.received.filter(({ to }) => to.startsWith(`${name}.`)).length;
const deferred: string[] = [];

const temporary = { status: 'failed', temporary: true };
const permanent = { status: 'failed', temporary: false };
const unknown = { status: 'unknown' };

it.each([
  [{ phase: 'greeting', action: 'drop' }, temporary],
  [{ phase: 'ehlo', action: 'reset' }, temporary],
  [{ phase: 'mail', action: 'refuse-temporary' }, temporary],
  [{ phase: 'mail', action: 'refuse-permanent' }, permanent],
  [{ phase: 'mail', action: 'drop' }, temporary],
  [{ phase: 'rcpt', action: 'refuse-temporary' }, temporary],
  [{ phase: 'rcpt', action: 'refuse-permanent' }, permanent],
  [{ phase: 'rcpt', action: 'reset' }, temporary],
  [{ phase: 'data', action: 'refuse-temporary' }, temporary],
  [{ phase: 'data', action: 'refuse-permanent' }, permanent],
  [{ phase: 'data', action: 'drop' }, temporary],
  [{ phase: 'after-final-dot', action: 'refuse-temporary' }, temporary],
  [{ phase: 'after-final-dot', action: 'refuse-permanent' }, permanent],
  [{ phase: 'after-final-dot', action: 'drop' }, unknown],
  [{ phase: 'after-final-dot', action: 'reset' }, unknown],
] as [Fault, object][])('SND-10 H1 INV-02 under %j the log says %j', async (fault, expected) => {
  const { name, dispatch } = await sendUnder(fault);
  expect(dispatch).toMatchObject(expected);
  if (expected === temporary) deferred.push(name);
  expect(deliveriesOf(name)).toBe(dispatch.status === 'unknown' ? 1 : 0);
  const listed = (await allOf<Dispatch>(test.local, '/v1/dispatches?status=unknown')).map(({ dispatchId }) => dispatchId);
  expect(listed.includes(dispatch.dispatchId)).toBe(dispatch.status === 'unknown');
  if (dispatch.status !== 'unknown') return;
  await waitFor(`the end of ${name}`, async () => expectStatus(200, await test.local.get(`/v1/campaigns/${name}`)).body.state === 'finished');
  const resolved = await test.local.post(`/v1/dispatches/${dispatch.dispatchId}/resolve`, { json: { outcome: 'delivered', reason: 'The postmaster found it in the log.' } });
  expect(expectStatus(200, resolved).body).toMatchObject({ status: 'resolved_delivered' });
  expect(await allOf<Dispatch>(test.local, '/v1/dispatches?status=unknown')).toEqual([]);
  expect(deliveriesOf(name)).toBe(1);
});

it('SND-10 INV-02 what was refused for a while is sent later, once', async () => {
  await test.moveTo(new Date(test.clock.now().getTime() + 3_600_000));
  await waitFor('the retries', async () => {
    await test.app.nudge();
    const states = (await allOf<{ state: string }>(test.local, '/v1/campaigns')).map(({ state }) => state);
    return states.every((state) => state === 'finished');
  });
  expect(deferred).toHaveLength(9);
  expect(deferred.map(deliveriesOf)).toEqual(deferred.map(() => 1));
});
