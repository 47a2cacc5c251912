import { describe, expect, test } from 'vitest';
import { findResponseId } from '../../../electron/core/answers/find-response-id.ts';

const find = (text: string): string | null => findResponseId(Buffer.from(text));

describe('finding the id of a response at its start', () => {
  test.each([
    ['as OpenAI writes it', '{\n  "id": "resp_1",\n  "object": "response",\n  "output": [{"id":"msg_1"}'],
    ['behind other ids', '{"conversation":{"id":"conv_1"},"id":"resp_1","error":null,"object":"response"'],
    [
      'in the first event',
      'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"',
    ],
    [
      'behind comments',
      ': waiting\n\n: waiting\n\ndata: {"response": {"object":"response","id":"resp_1"}}\n\n',
    ],
    [
      'with a field of that name in it',
      '{"id":"resp_1","object":"response","tools":[{"response":{"id":"no"}}]}',
    ],
  ])('%s', (_how, text) => {
    // A field is known once the next one begins, as it always does.
    expect(find(`${text},`)).toBe('resp_1');
  });

  test.each([
    [
      'a chat answer',
      '{"id":"chatcmpl-1","object":"chat.completion","choices":[{"message":{"content":"resp"}}]}',
    ],
    ['a chat event', 'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[]}\n\n'],
    ['a cut id', '{"object":"response","id":"resp_1'],
    ['an id that is none', '{"object":"response","id":1,"x":2}'],
    ['nothing', ''],
  ])('not in %s', (_what, text) => {
    expect(find(text)).toBeNull();
  });
});
