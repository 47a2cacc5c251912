import { describe, expect, test } from 'vitest';
import { readConversationFields } from '../../../electron/core/affinity/conversation-fields.ts';
import { readSessionName } from '../../../electron/core/affinity/session-name.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';

function nameOf(headers: Readonly<Record<string, string>>, fields: object = {}): unknown {
  const scanned = scanJsonBody([Buffer.from(JSON.stringify(fields))]);
  if (!scanned.ok) throw new Error(scanned.message);
  return readSessionName(Object.entries(headers).flat(), readConversationFields(scanned.body, 'messages'));
}

const all = {
  headers: {
    'user-agent': 'x',
    'thread-id': 't',
    'session-id': 'c',
    'x-session-id': 'b',
    'x-session-affinity': 'a',
  },
  fields: { metadata: { user_id: 'f' }, prompt_cache_key: 'e', conversation: { id: 'd' } },
};

describe('the name a client gives to its conversation', () => {
  test('is the narrowest of those it gives', () => {
    const headers: Record<string, string> = { ...all.headers };
    const fields: Record<string, unknown> = { ...all.fields };
    const sources: unknown[] = [];
    const name = (): { source: string } | null => nameOf(headers, fields) as { source: string } | null;
    for (const left of ['x-session-affinity', 'x-session-id', 'session-id', 'thread-id']) {
      sources.push(name()?.source);
      delete headers[left];
    }
    for (const left of ['conversation', 'prompt_cache_key', 'metadata']) {
      sources.push(name()?.source);
      delete fields[left];
    }
    expect(sources).toEqual([
      'x-session-affinity',
      'x-session-id',
      'session-id',
      'session-id',
      'conversation',
      'prompt_cache_key',
      'metadata.user_id',
    ]);
    expect(name()).toBeNull();
  });

  test('is session and thread in one, told apart from each other', () => {
    const names = [
      { 'session-id': 's', 'thread-id': 't' },
      { session_id: 's', 'thread-id': 'u' },
      { 'session-id': 's' },
      { 'thread-id': 's' },
    ].map((headers) => JSON.stringify(nameOf(headers)));
    expect(new Set(names).size).toBe(4);
    expect(nameOf({ session_id: 's', 'thread-id': 't' })).toEqual(
      nameOf({ 'session-id': 's', 'thread-id': 't' }),
    );
  });

  test.each([
    [{ 'x-session-id': '' }, {}],
    [{ 'x-session-id': 'x'.repeat(1001) }, {}],
    [{ 'thread-id': '' }, {}],
    [{}, { prompt_cache_key: 5, metadata: 'me', conversation: { id: null } }],
    [{}, { metadata: { user_id: '' } }],
    [{}, { metadata: { user_id: 'me', note: 'x'.repeat(9000) } }],
  ])('is none where it is empty, of another kind, or too long', (headers, fields) => {
    expect(nameOf(headers, fields)).toBeNull();
  });
});
