import { describe, expect, it } from 'vitest';
import { parseSettingAssignment } from '../../../electron/core/settings/parse-setting.ts';

describe('a setting given as path=value', () => {
  it.each([
    ['limits.perMinute=0', { limits: { perMinute: 0 } }],
    [' proxy.port = 8080 ', { proxy: { port: 8080 } }],
    ['proxy.wish=off', { proxy: { wish: 'off' } }],
    ['access.clientKeyRequired=false', { access: { clientKeyRequired: false } }],
    ['access.clientKeyRequired=ON', { access: { clientKeyRequired: true } }],
    ['upstream.baseUrl=https://example.com/v1?a=b', { upstream: { baseUrl: 'https://example.com/v1?a=b' } }],
    ['upstream.extraHeaders=x-one, x-two', { upstream: { extraHeaders: ['x-one', 'x-two'] } }],
    ['upstream.extraHeaders=["x-one"]', { upstream: { extraHeaders: ['x-one'] } }],
    ['upstream.extraHeaders=', { upstream: { extraHeaders: [] } }],
  ])('%j is understood', (text, patch) => {
    expect(parseSettingAssignment(text)).toEqual({ ok: true, patch });
  });

  it.each([
    ['limits.perMinuet=0', 'Did you mean limits.perMinute?'],
    ['port=1', 'Did you mean proxy.port?'],
    ['limits=5', 'There is no setting "limits"'],
    ['version=1', 'There is no setting "version"'],
    ['__proto__.x=1', 'There is no setting "__proto__.x"'],
    ['limits.perMinute', 'Write a setting as path=value'],
    ['=5', 'Write a setting as path=value'],
    ['limits.perMinute=', 'limits.perMinute must be a number, not ""'],
    ['limits.perMinute=many', 'limits.perMinute must be a number, not "many"'],
    ['limits.perMinute=1.5', 'limits.perMinute: '],
    ['proxy.port=70000', 'proxy.port: '],
    ['proxy.wish=maybe', 'proxy.wish: '],
    ['access.clientKeyRequired=1', 'must be true or false'],
    ['access.allowedOrigins=*', 'access.allowedOrigins: Write an origin as'],
    ['upstream.extraHeaders=["x', 'must be a list'],
    ['upstream.extraHeaders=[5]', 'upstream.extraHeaders: '],
    ['upstream.baseUrl=codyapi', 'upstream.baseUrl: Write the upstream as'],
    ['upstream.baseUrl=https://a:b@codyapi.ru', 'upstream.baseUrl: Leave user name and password out'],
  ])('%j is refused in words', (text, words) => {
    expect(parseSettingAssignment(text)).toEqual({ ok: false, message: expect.stringContaining(words) });
  });
});
