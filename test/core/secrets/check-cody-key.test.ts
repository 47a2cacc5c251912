import { describe, expect, it } from 'vitest';
import { checkCodyKey, type UpstreamAnswer } from '../../../electron/core/secrets/check-cody-key.ts';

const list = { object: 'list', data: [{ id: 'gpt-5.2' }, { id: 'o3' }] };

function check(me: UpstreamAnswer, models: UpstreamAnswer) {
  const answers = new Map([
    ['/me', me],
    ['/models', models],
  ]);
  return checkCodyKey({ get: (path) => Promise.resolve(answers.get(path) ?? { status: 404, body: null }) });
}

describe('a key that was tried at the upstream', () => {
  it('is accepted with what the upstream says of it', async () => {
    expect(await check({ status: 200, body: { credits: 12 } }, { status: 200, body: list })).toEqual({
      outcome: 'accepted',
      modelCount: 2,
      facts: { credits: 12 },
    });
  });

  it.each<[string, UpstreamAnswer, UpstreamAnswer, number | null, object | null]>([
    ['there is no /me', { status: 404, body: 'not found' }, { status: 200, body: list }, 2, null],
    ['/me is no object', { status: 200, body: ['x'] }, { status: 200, body: list }, 2, null],
    ['the list is of another shape', { failed: 'x' }, { status: 200, body: { models: [] } }, null, null],
    ['the list is bare', { status: 500, body: '' }, { status: 200, body: [1, 2, 3] }, 3, null],
    [
      'only /me answers',
      { status: 200, body: { name: 'Ann' } },
      { status: 503, body: '' },
      null,
      { name: 'Ann' },
    ],
  ])('is accepted where %s', async (_, me, models, modelCount, facts) => {
    expect(await check(me, models)).toEqual({ outcome: 'accepted', modelCount, facts });
  });

  it.each<[UpstreamAnswer, UpstreamAnswer, number]>([
    [{ status: 200, body: {} }, { status: 401, body: {} }, 401],
    [{ status: 403, body: {} }, { status: 200, body: list }, 403],
    [{ failed: 'no network' }, { status: 403, body: {} }, 403],
  ])('is refused when either answer is a refusal', async (me, models, status) => {
    expect(await check(me, models)).toEqual({
      outcome: 'refused',
      status,
      message: expect.stringContaining(`(${status})`),
    });
  });

  it.each<[string, UpstreamAnswer, UpstreamAnswer]>([
    ['codyapi.ru could not be found', { failed: 'x' }, { failed: 'codyapi.ru could not be found' }],
    ['knows neither', { status: 404, body: '' }, { status: 404, body: '' }],
    ['status 503', { status: 503, body: '' }, { status: 503, body: '' }],
    ['too many requests', { status: 429, body: '' }, { status: 429, body: '' }],
    ['something else than a list', { status: 200, body: '<html>' }, { status: 200, body: '<html>Sign in' }],
  ])('stays unchecked: %s', async (words, me, models) => {
    expect(await check(me, models)).toEqual({
      outcome: 'unchecked',
      message: expect.stringContaining(words),
    });
  });
});
