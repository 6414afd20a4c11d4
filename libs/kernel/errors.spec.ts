import { describe, expect, it } from '@jest/globals';
import { BadInput, ConcurrencyConflict, EXIT, NotFound, OutrightError, RefusedByRule } from './errors.js';

describe('errors', () => {
  it.each([
    [new OutrightError('x', { code: 'c' }), 400, EXIT.usage, false],
    [new BadInput('x', { code: 'c' }), 400, EXIT.usage, false],
    [new RefusedByRule('x', { code: 'c', rule: 'SND-02' }), 422, EXIT.refused, false],
    [new RefusedByRule('x', { code: 'c', status: 409 }), 409, EXIT.refused, false],
    [new NotFound('x', { code: 'c' }), 404, EXIT.usage, false],
    [new ConcurrencyConflict('contact-1', 3, 4), 409, EXIT.fault, true],
  ])('%s carries its status, its exit code and whether a retry helps', (error, status, exit, retriable) => {
    expect(error).toMatchObject({ status, exit, retriable, name: error.constructor.name });
    expect(error).toBeInstanceOf(OutrightError);
  });

  it('keeps its cause apart from its words', () => {
    const cause = new Error('quotes mari@people.example');
    const error = new BadInput('The file cannot be read.', { code: 'c', cause });
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('mari');
    expect('cause' in new BadInput('x', { code: 'c' })).toBe(false);
  });
});
