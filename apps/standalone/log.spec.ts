import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BadInput } from '#kernel/errors';
import { JsonLog } from './log.js';

const CANARY = 'mari@people.example';

function written(act: (log: JsonLog) => void): { text: string; lines: Record<string, unknown>[] } {
  const lines: string[] = [];
  act(new JsonLog((line) => void lines.push(line)));
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const foreign = (message: string): Error => new TypeError(message);

describe('log', () => {
  it('one JSON line per message, with time and level', () => {
    const { text, lines } = written((log) => { log.log('up\nand running', 'start'); log.warn('careful'); log.error('down', 'stack', 'place'); });
    expect(text.split('\n')).toHaveLength(4);
    expect(lines).toMatchObject([{ level: 'info', message: 'up\nand running', context: 'start', at: expect.stringMatching(/Z$/) }, { level: 'warn' }, { level: 'error', context: 'place' }]);
  });

  it('leaves out the start-up chatter of the framework', () => {
    expect(written((log) => log.log('Mapped {/v1/x}', 'RouterExplorer')).lines).toEqual([]);
    const lines: string[] = [];
    new JsonLog((line) => void lines.push(line), true).log('quiet', 'start');
    expect(lines).toEqual([]);
  });

  it.each<[string, (log: JsonLog) => void]>([
    ['reported by us', (log) => log.failure('http', foreign(`cannot read "${CANARY}"`))],
    ['with a message that looks like a stack', (log) => log.failure('http', foreign(`bad\n    at ${CANARY} (file.csv:1:1)\nend`))],
    ['whose message was changed later', (log) => { const error = foreign(`first ${CANARY}`); error.message = 'second'; log.failure('http', error); }],
    ['handed over by the framework', (log) => log.error(foreign(`cannot read "${CANARY}"`), 'stack', 'ExceptionsHandler')],
    ['handed over as a warning', (log) => log.warn(foreign(CANARY))],
    ['that is no error at all', (log) => log.failure('http', CANARY)],
    ['as the cause of ours', (log) => log.failure('http', new BadInput('The file cannot be read.', { code: 'bad-file', cause: foreign(CANARY) }))],
  ])('INV-07 SEC-03 (partly) a foreign error %s is never quoted', (_how, act) => {
    const { text, lines } = written(act);
    expect(text).not.toContain('mari');
    expect(lines).toMatchObject([{ level: 'error', code: expect.any(String) }]);
  });

  it('ours speak for themselves; foreign ones by class or system code and place', () => {
    const { lines } = written((log) => {
      log.failure('start', new BadInput('The file is no CSV.', { code: 'bad-csv' }));
      log.failure('start', foreign('x'));
      try { readFileSync('/nowhere/at-all'); } catch (error) { log.failure('start', error); }
    });
    expect(lines).toMatchObject([
      { message: 'The file is no CSV.', code: 'bad-csv', context: 'start' },
      { message: 'Fault: TypeError', code: 'TypeError', at: expect.stringMatching(/^at foreign/) },
      { message: 'Fault: ENOENT', code: 'ENOENT' },
    ]);
    expect(JSON.stringify(lines[2])).not.toContain('nowhere');
  });
});
