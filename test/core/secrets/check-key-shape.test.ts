import { describe, expect, it } from 'vitest';
import { checkKeyShape } from '../../../electron/core/secrets/check-key-shape.ts';

describe('what is entered as the Cody key', () => {
  it.each([
    'cody-abc123',
    '  cody-abc123\n',
    '"cody-abc123"',
    '“cody-abc123”',
    'Bearer cody-abc123',
    ' "bearer  cody-abc123" ',
  ])('%j is cleaned of what pasting added', (text) => {
    expect(checkKeyShape(text)).toEqual({ ok: true, key: 'cody-abc123' });
  });

  it('may be a key of another upstream', () => {
    expect(checkKeyShape('sk-proj_ABC.def/ghi+jkl=')).toEqual({ ok: true, key: 'sk-proj_ABC.def/ghi+jkl=' });
    expect(checkKeyShape('k'.repeat(500))).toMatchObject({ ok: true });
  });

  it.each([
    ['', 'Enter the Cody key'],
    ['  " " ', 'Enter the Cody key'],
    ['Bearer ', 'Enter the Cody key'],
    ['cody-local-0123456789abcdef0123456789abcdef', 'client key of this app'],
    ['Bearer cody-local-0123456789abcdef', 'client key of this app'],
    ['https://codyapi.ru/v1', 'This is an address'],
    ['HTTP://codyapi.ru/v1', 'This is an address'],
    ['cody-abc 123456', 'no spaces'],
    ['cody-abc\n123456', 'no spaces'],
    ['cody-кириллица', 'ASCII'],
    ['cody-abc\u0000123', 'ASCII'],
    ['cody-ab', 'too short'],
    ['k'.repeat(501), 'too long'],
  ])('%j is refused, with a reason that does not repeat it', (text, words) => {
    const shape = checkKeyShape(text);
    expect(shape).toEqual({ ok: false, message: expect.stringContaining(words) });
    if (text.length > 8) expect(JSON.stringify(shape)).not.toContain(text.trim().slice(0, 40));
  });
});
