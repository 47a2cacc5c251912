/** The request bodies that the bench sends. */
export type BodyName = 'none' | 'chat' | 'chat-stream' | 'agent-256k' | 'picture-4m' | 'picture-16m';

const kib = 1024;
const mib = 1024 * kib;

const makers: Record<BodyName, () => Buffer> = {
  none: () => Buffer.alloc(0),
  chat: () => json({ model: 'gpt-5.5', messages: smallTalk(), temperature: 0.7 }),
  'chat-stream': () =>
    json({ model: 'gpt-5.5', messages: smallTalk(), stream: true, stream_options: { include_usage: true } }),
  'agent-256k': () => agentBody(256 * kib),
  'picture-4m': () => pictureBody(4 * mib),
  'picture-16m': () => pictureBody(16 * mib),
};

/** Makes a body, the same bytes each time. `chat` bodies are about 1 KB, the others have the size their name says. */
export function makeBody(name: BodyName): Buffer {
  return makers[name]();
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function smallTalk(): unknown[] {
  return [
    { role: 'system', content: 'You answer briefly, and say so when you do not know. '.repeat(8) },
    { role: 'user', content: 'How does a program find out which port a listener took when it asked for 0?' },
    { role: 'assistant', content: 'It asks the socket for its address once it listens. '.repeat(4) },
    { role: 'user', content: 'And on IPv6?' },
  ];
}

/** A coding agent's turn: instructions, tool schemas, and a history of tool calls with the files they returned. */
function agentBody(sizeBytes: number): Buffer {
  const messages: unknown[] = [{ role: 'system', content: 'You are a careful coding agent.\n'.repeat(120) }];
  const body = {
    model: 'gpt-5.5',
    messages,
    tools: ['read', 'write', 'search', 'run', 'list', 'patch', 'fetch', 'plan'].map(tool),
    tool_choice: 'auto',
    parallel_tool_calls: true,
    stream: false,
    prompt_cache_key: 'bench-session-1',
    user: '',
  };
  let bytes = json(body).length;
  for (let turn = 0; bytes < sizeBytes - 4 * kib; turn += 1) {
    const added = agentTurn(turn);
    messages.push(...added);
    bytes += json(added).length - 1;
  }
  body.user = 'u'.repeat(sizeBytes - json(body).length);
  return json(body);
}

function agentTurn(turn: number): unknown[] {
  const line = `\tconst value${turn} = read("src/part-${turn}.ts") ?? '«none»'; // \\ keep "quotes" as they are\n`;
  return [
    {
      role: 'user',
      content: [{ type: 'text', text: `Look at part ${turn} and say what is wrong with it.` }],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `call_${turn}`,
          type: 'function',
          function: {
            name: 'read',
            arguments: JSON.stringify({ path: `src/part-${turn}.ts`, lines: [1, 40] }),
          },
        },
      ],
    },
    { role: 'tool', tool_call_id: `call_${turn}`, content: line.repeat(20) },
  ];
}

function tool(name: string): unknown {
  return {
    type: 'function',
    function: {
      name,
      description: `The tool "${name}" works on files of the open folder. `.repeat(3),
      parameters: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'Relative to the folder' },
          lines: { type: 'array', items: { type: 'integer', minimum: 1 }, maxItems: 2 },
        },
        required: ['path'],
        additionalProperties: false,
      },
    },
  };
}

/** A question about one picture that is sent along in base64. */
function pictureBody(sizeBytes: number): Buffer {
  return pictureQuestion(pseudoRandomBase64(sizeBytes - pictureQuestion('').length));
}

function pictureQuestion(picture: string): Buffer {
  return json({
    model: 'gpt-5.5',
    messages: [
      ...smallTalk(),
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is in this picture?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}`, detail: 'high' } },
        ],
      },
    ],
    max_completion_tokens: 500,
    stream: false,
  });
}

function pseudoRandomBase64(length: number): string {
  const bytes = Buffer.alloc(Math.ceil((length * 3) / 4) + 3);
  let state = 0x2545f491;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes.toString('base64').slice(0, length);
}
