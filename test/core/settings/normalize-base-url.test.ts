import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeBaseUrl } from '../../../electron/core/settings/normalize-base-url.ts';

describe('an upstream address', () => {
  it.each([
    ['https://codyapi.ru/v1', 'https://codyapi.ru/v1'],
    ['  https://codyapi.ru/v1/\n', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/v1/v1', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/v1beta', 'https://codyapi.ru/v1/v1beta'],
    ['https://codyapi.ru//v1//', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/chat/completions', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/images/generations/', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/completions', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/responses?stream=true#top', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/models', 'https://codyapi.ru/v1'],
    ['https://codyapi.ru/v1/embeddings', 'https://codyapi.ru/v1'],
    ['https://cody.su/api/v1', 'https://cody.su/api/v1'],
    ['https://example.com/v1beta/openai', 'https://example.com/v1beta/openai'],
    ['HTTP://LOCALHOST:8080', 'http://localhost:8080/v1'],
    ['http://[::1]:8080/v1', 'http://[::1]:8080/v1'],
  ])('%j becomes %j', (text, baseUrl) => {
    expect(normalizeBaseUrl(text)).toEqual({ ok: true, baseUrl });
  });

  it.each(['', 'codyapi.ru/v1', 'localhost:8080', 'ftp://codyapi.ru', 'file:///etc/passwd', 'https://'])(
    '%j is refused with an example of a right one',
    (text) => {
      expect(normalizeBaseUrl(text)).toEqual({
        ok: false,
        message: expect.stringContaining('https://codyapi.ru/v1'),
      });
    },
  );

  it.each(['https://ann:secret@codyapi.ru/v1', 'https://cody-secret@codyapi.ru/v1'])(
    '%j is refused for its name or password, which the message does not repeat',
    (text) => {
      const normalized = normalizeBaseUrl(text);
      expect(normalized).toEqual({ ok: false, message: expect.stringContaining('user name and password') });
      expect(JSON.stringify(normalized)).not.toContain('secret');
    },
  );

  it('stays as it is once it is normalised, whatever was pasted', () => {
    const part = fc.constantFrom(
      'v1',
      'api',
      'v1beta',
      'chat',
      'completions',
      'models',
      'images',
      'generations',
      '',
      '..',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('', '?key=1', '#top'), (parts, tail) => {
        const once = normalizeBaseUrl(`https://example.com/${parts.join('/')}${tail}`);
        expect(once.ok).toBe(true);
        if (!once.ok) return;
        expect(normalizeBaseUrl(once.baseUrl)).toEqual(once);
        expect(once.baseUrl).toMatch(/^https:\/\/example\.com\/[^?#]*[^/?#]$/);
      }),
    );
  });
});
