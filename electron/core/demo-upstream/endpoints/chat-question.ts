import {
  arrayIn,
  isRecord,
  numberIn,
  recordIn,
  recordsIn,
  stringIn,
  type JsonRecord,
} from '../json-value.ts';
import { describeImage } from '../pictures/describe-image.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { isRussian, type AnswerForm, type DemoQuestion, type OfferedTool } from '../text/question.ts';
import { estimateTokens } from '../text/tokens.ts';

/** Reads the question out of a chat.completions request. `n` is not looked at: the answer always has one choice. */
export function readChatQuestion(request: JsonRecord): DemoQuestion | Refusal {
  const messages = recordsIn(request, 'messages');
  if (messages.length === 0) {
    const message = 'Send messages: a list of at least one {"role", "content"}.';
    return refusal(400, 'invalid_messages', message, { param: 'messages' });
  }
  const lastUser = messages.findLastIndex((message) => message['role'] === 'user');
  const userText = messageText(messages[lastUser]);
  const results = messages.slice(lastUser + 1).filter(({ role }) => role === 'tool' || role === 'function');
  return {
    userText,
    russian: isRussian(userText),
    images: messageImages(messages[lastUser]),
    toolResults: results.map(messageText),
    toolWasCalled: messages.some(
      (message) => message['role'] === 'tool' || message['role'] === 'function' || 'tool_calls' in message,
    ),
    tools: recordsIn(request, 'tools')
      .map(offeredTool)
      .filter((tool) => tool !== null),
    toolChoice: readToolChoice(request['tool_choice']),
    form: readForm(recordIn(request, 'response_format')),
    maxTokens: positiveInteger(request, 'max_completion_tokens') ?? positiveInteger(request, 'max_tokens'),
    promptTokens: estimateTokens(messages.map(messageText).join('\n')),
    request,
  };
}

/** The choice of tools as both chat.completions and responses write it; anything unknown is `auto`. */
export function readToolChoice(choice: unknown): DemoQuestion['toolChoice'] {
  if (choice === 'none') return { kind: 'none' };
  if (!isRecord(choice)) return { kind: 'auto' };
  const name = stringIn(recordIn(choice, 'function'), 'name') ?? stringIn(choice, 'name');
  return name === undefined ? { kind: 'auto' } : { kind: 'named', name };
}

/** The integer under `key` if it is 1 or more, else null. */
export function positiveInteger(request: JsonRecord, key: string): number | null {
  const value = numberIn(request, key);
  return value !== undefined && Number.isInteger(value) && value >= 1 ? value : null;
}

function offeredTool(tool: JsonRecord): OfferedTool | null {
  const definition = recordIn(tool, 'function');
  const name = stringIn(definition, 'name');
  return tool['type'] === 'function' && name !== undefined
    ? { name, parameters: definition['parameters'] }
    : null;
}

function readForm(format: JsonRecord): AnswerForm {
  if (format['type'] === 'json_schema') {
    return { kind: 'json', schema: recordIn(format, 'json_schema')['schema'] };
  }
  return format['type'] === 'json_object' ? { kind: 'json', schema: undefined } : { kind: 'text' };
}

function messageText(message: JsonRecord | undefined): string {
  if (!message) return '';
  const content = stringIn(message, 'content');
  if (content !== undefined) return content;
  const texts = recordsIn(message, 'content').map((part) => stringIn(part, 'text') ?? '');
  return texts.filter((text) => text !== '').join('\n');
}

function messageImages(message: JsonRecord | undefined): string[] {
  return arrayIn(message ?? {}, 'content')
    .filter(isRecord)
    .filter((part) => part['type'] === 'image_url')
    .map((part) =>
      describeImage(stringIn(recordIn(part, 'image_url'), 'url') ?? stringIn(part, 'image_url') ?? ''),
    );
}
