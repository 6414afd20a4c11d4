import { describe, expect, it } from '@jest/globals';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { PutOff } from './put-off.js';

const away = () => new OutrightError('Away.', { code: 'kafka-unreachable', status: 503, retriable: true });
const wrong = () => new OutrightError('Wrong.', { code: 'topics-missing', status: 503 });

/** A step that throws these first, and what was told of it. */
function step(...errors: Error[]) {
  const told: string[] = [];
  const tell = (word: string) => (error: OutrightError) => void told.push(`${word} ${error.code}`);
  const putOff = new PutOff(async () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
  }, { away: tell('away'), back: () => void told.push('back'), failed: tell('failed') });
  return { putOff, told };
}

describe('a step of the start that an outage puts off', () => {
  it('H5 is over at once where nothing is wrong', async () => {
    const { putOff, told } = step();
    expect(() => putOff.assert()).toThrow(expect.objectContaining({ code: 'starting', retriable: true }));
    await putOff.begin();
    putOff.assert();
    expect([putOff.done, told]).toEqual([true, []]);
  });

  it('H5 is tried again until the outage is over, and says meanwhile what it waits for', async () => {
    const { putOff, told } = step(away(), away(), away());
    await putOff.begin();
    expect(() => putOff.assert()).toThrow(expect.objectContaining({ code: 'kafka-unreachable' }));
    await waitFor('the end of it', () => putOff.done);
    expect(told).toEqual(['away kafka-unreachable', 'back']);
  });

  it.each([[true, wrong(), 'topics-missing'], [false, away(), 'kafka-unreachable']])('H5 rejects what no wait mends, and what may not wait (may wait: %s)', async (mayWait, error, code) => {
    const { putOff, told } = step(error);
    await expect(putOff.begin(mayWait)).rejects.toMatchObject({ code });
    expect([putOff.done, told]).toEqual([false, []]);
  });

  it.each([[wrong(), 'topics-missing'], [new TypeError('a value of somebody'), 'start-failed']])('H5 ends with what it finds wrong when the outage is over', async (error, code) => {
    const { putOff, told } = step(away(), error);
    await putOff.begin();
    await waitFor('the finding', () => told.length === 2);
    expect(told).toEqual(['away kafka-unreachable', `failed ${code}`]);
    expect(putOff.failure).toMatchObject({ code, retriable: false, message: expect.not.stringContaining('somebody') });
  });

  it('is not tried again when all ends', async () => {
    const { putOff, told } = step(...Array.from({ length: 50 }, away));
    await putOff.begin();
    await putOff.end();
    expect([putOff.done, told]).toEqual([false, ['away kafka-unreachable']]);
  });
});
