import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { auditOf } from '#test/support/audit';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { logBytes, picks, tamperedLog, tamperWithFolder } from '#test/support/tampering';
import { auditedHistory } from './audited-history.fixture.js';
import { IntegrityAlarm } from './integrity-alarm.js';

Logger.overrideLogger(false);
afterAll(removeTempFolders);

describe('the alarm over a changed history', () => {
  it('SEC-06 stands from the first finding, through restarts, until a whole verification finds nothing', async () => {
    const history = await auditedHistory(2);
    const tampered = tamperedLog(logBytes(history.folder), 'flip-bytes', picks(7));
    const changed = auditOf(history, { tampered });
    expect(await changed.alarm.standing()).toBeUndefined();
    const { findingsTotal } = await changed.verifier.verify();
    const standing = await changed.alarm.standing();
    expect(standing).toEqual({ since: expect.any(String), foundBy: 'verification', findings: findingsTotal });
    history.clock.advance(60_000);
    await changed.verifier.verify();
    expect(await changed.alarm.standing()).toEqual(standing);
    expect(await new IntegrityAlarm(history.engine, history.clock).standing()).toEqual(standing);

    const whole = auditOf(history);
    expect(await whole.alarm.standing()).toEqual(standing);
    await whole.verifier.verify();
    expect(await whole.alarm.standing()).toBeUndefined();
    expect(await new IntegrityAlarm(history.engine, history.clock).standing()).toBeUndefined();
    await tampered.close();
    await history.engine.close();
  });

  it('SEC-06 is raised where a checkpoint would sign over a damaged event', async () => {
    const { engine, folder, clock, send } = await auditedHistory(2);
    await send(10);
    await engine.close();
    tamperWithFolder(folder, 'flip-bytes', (below) => below - 1);
    const again = await testEngine(folder, clock as never);
    const audit = auditOf(again);
    await expect(audit.checkpoints.take()).rejects.toMatchObject({ code: 'history-damaged' });
    expect(await audit.alarm.standing()).toMatchObject({ foundBy: 'checkpoint' });
    await again.engine.close();
  });

  it('is neither raised nor ended by checkpoints that somebody brought along', async () => {
    const history = await auditedHistory(2);
    const audit = auditOf(history);
    const { checkpoint } = (await audit.checkpoints.take()) ?? (await history.send(10), await audit.checkpoints.take())!;
    const wrong = { ...checkpoint, root: '0'.repeat(64) };
    expect(await audit.verifier.verify({ held: [wrong] })).toMatchObject({ ok: false });
    expect(await audit.alarm.standing()).toBeUndefined();
    await audit.alarm.raise('verification', 3);
    expect(await audit.verifier.verify({ held: [checkpoint] })).toMatchObject({ ok: true });
    expect(await audit.alarm.standing()).toMatchObject({ findings: 3 });
    await history.engine.close();
  });

  it('stands where its own file cannot be read', async () => {
    const test = await testEngine();
    writeFileSync(join(test.engine.folder.path, 'integrity-alarm.json'), '{');
    expect(await new IntegrityAlarm(test.engine, test.clock).standing()).toMatchObject({ findings: 1 });
    await test.engine.close();
  });
});
