import { describe, expect, it } from 'vitest';
import { findRuleProblems, isForeignOrigin } from '../../../electron/core/settings/settings-rules.ts';
import { defaultAllowedOrigins, settingsSchema } from '../../../shared/settings.ts';

function settingsWith(access: { clientKeyRequired: boolean; allowedOrigins: string[] }) {
  return settingsSchema.parse({ access });
}

describe('tools without a client key', () => {
  it('may be let in while all origins are of this computer', () => {
    const access = { clientKeyRequired: false, allowedOrigins: [...defaultAllowedOrigins] };
    expect(findRuleProblems(settingsWith(access))).toEqual([]);
  });

  it('may not be let in together with a website, and the sentence says both ways out', () => {
    const access = {
      clientKeyRequired: false,
      allowedOrigins: ['http://localhost:*', 'https://example.com'],
    };
    expect(findRuleProblems(settingsWith(access))).toEqual([
      {
        path: 'access.clientKeyRequired',
        message: expect.stringMatching(
          /\(https:\/\/example\.com\).*remove this origin.*or require client keys/,
        ),
      },
    ]);
    expect(findRuleProblems(settingsWith({ ...access, clientKeyRequired: true }))).toEqual([]);
  });
});

describe('an origin', () => {
  it.each([
    ...defaultAllowedOrigins,
    'http://localhost',
    'http://LOCALHOST:3000',
    'https://tool.localhost:8443',
    'https://a.b.localhost:*',
    'moz-extension://*',
  ])('%s belongs to this computer', (origin) => {
    expect(isForeignOrigin(origin)).toBe(false);
  });

  it.each([
    'null',
    'https://example.com',
    'https://example.com:*',
    'http://localhost.example.com',
    'http://evillocalhost',
    'http://127.0.0.1.example.com',
    'http://localhost@example.com',
    'http://example.com#.localhost',
    'http://example.com?.localhost',
    'https://*',
    'HTTPS://example.com',
    'http://192.168.1.5',
    '*',
    '',
  ])('%j is foreign', (origin) => {
    expect(isForeignOrigin(origin)).toBe(true);
  });
});
