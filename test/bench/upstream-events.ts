const emptyEvent = eventText('0', '');

/** One event of a chat stream with the moment it was made (monotonic nanoseconds) in its `id`, padded to `sizeBytes`. */
export function stampedEvent(sizeBytes: number): string {
  const stamp = String(process.hrtime.bigint());
  const fixedBytes = emptyEvent.length - 1 + stamp.length;
  return eventText(stamp, 'x'.repeat(Math.max(0, sizeBytes - fixedBytes)));
}

/** Finds the stamps that {@link stampedEvent} wrote. */
export const stampPattern = /"chatcmpl-(\d+)"/g;

function eventText(stamp: string, content: string): string {
  return (
    `data: {"id":"chatcmpl-${stamp}","object":"chat.completion.chunk","created":1763800000,"model":"gpt-5.5",` +
    `"choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`
  );
}

/** A whole chat answer of about 1 KB, as bytes. */
export function chatAnswer(): Buffer {
  const content = 'The door opens on the loopback address and stays there. '.repeat(10);
  return Buffer.from(
    JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created: 1763800000,
      model: 'gpt-5.5',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 212,
        completion_tokens: 120,
        total_tokens: 332,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      },
      system_fingerprint: 'fp_bench',
    }),
  );
}
