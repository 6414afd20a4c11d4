import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Progress } from './progress.js';

function screen(isTTY: boolean) {
  let text = '';
  const stderr = Object.assign(new Writable({ write: (chunk: Buffer, _encoding, done) => { text += chunk.toString('utf8'); done(); } }), { isTTY, columns: 60 });
  return { stderr, text: () => text };
}

describe('progress', () => {
  it('is a bar that fits a terminal and takes itself away', () => {
    const { stderr, text } = screen(true);
    const progress = new Progress({ stderr }, 'import', false);
    progress.show({ percent: 50, note: 'storing', done: 200, perSecond: 4000.4 });
    expect(text()).toBe(`\rimport [${'█'.repeat(14)}${'░'.repeat(14)}] 50 % · storing · 200 `);
    progress.end();
    expect(text().endsWith(`\r${' '.repeat(59)}\r`)).toBe(true);
  });

  it('is a line for each tenth elsewhere', () => {
    const { stderr, text } = screen(false);
    const progress = new Progress({ stderr }, 'verify', false);
    for (let percent = 0; percent <= 100; percent++) progress.show({ percent, note: 'events' });
    progress.end();
    expect(text().trimEnd().split('\n')).toHaveLength(11);
    expect(text()).not.toContain('\r');
  });

  it('is nothing for --json', () => {
    const { stderr, text } = screen(true);
    new Progress({ stderr }, 'verify', true).show({ percent: 1 });
    expect(text()).toBe('');
  });
});
