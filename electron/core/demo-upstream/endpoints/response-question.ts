import { isRecord, recordIn, recordsIn, stringIn, type JsonRecord } from '../json-value.ts';
import { describeImage } from '../pictures/describe-image.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { isRussian, type AnswerForm, type DemoQuestion, type OfferedTool } from '../text/question.ts';
import { estimateTokens } from '../text/tokens.ts';
import { positiveInteger, readToolChoice } from './chat-question.ts';

/**
 * Reads the question out of a request to /v1/responses: https://platform.openai.com/docs/api-reference/responses/create.
 * Only tools of type `function` are called; the others are passed over. `wasRussian` is the language of the answer that this
 * one goes on from, for inputs that consist of tool results alone.
 */
export function readResponseQuestion(request: JsonRecord, wasRussian: boolean): DemoQuestion | Refusal {
  const items = inputItems(request['input']);
  if (items === null) {
    const message = 'Send input: a text, or a list of at least one item.';
    return refusal(400, 'invalid_input', message, { param: 'input' });
  }
  const lastUser = items.findLastIndex((item) => item['role'] === 'user');
  const userItem = items[lastUser] ?? {};
  const userText = itemText(userItem);
  const results = items.slice(lastUser + 1).filter(({ type }) => type === 'function_call_output');
  const instructions = stringIn(request, 'instructions') ?? '';
  return {
    userText,
    russian: lastUser === -1 ? wasRussian : isRussian(userText),
    images: recordsIn(userItem, 'content')
      .filter((part) => part['type'] === 'input_image')
      .map((part) => describeImage(stringIn(part, 'image_url') ?? '')),
    toolResults: results.map(resultText),
    toolWasCalled: items.some(({ type }) => type === 'function_call' || type === 'function_call_output'),
    tools: recordsIn(request, 'tools')
      .map(offeredTool)
      .filter((tool) => tool !== null),
    toolChoice: readToolChoice(request['tool_choice']),
    form: readForm(recordIn(recordIn(request, 'text'), 'format')),
    maxTokens: positiveInteger(request, 'max_output_tokens'),
    promptTokens: estimateTokens(
      [instructions, ...items.map(itemText), ...results.map(resultText)].join('\n'),
    ),
    request,
  };
}

function inputItems(input: unknown): readonly JsonRecord[] | null {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  if (!Array.isArray(input)) return null;
  const items = input.filter(isRecord);
  return items.length > 0 ? items : null;
}

function offeredTool(tool: JsonRecord): OfferedTool | null {
  const name = stringIn(tool, 'name');
  return tool['type'] === 'function' && name !== undefined ? { name, parameters: tool['parameters'] } : null;
}

function readForm(format: JsonRecord): AnswerForm {
  if (format['type'] === 'json_schema') return { kind: 'json', schema: format['schema'] };
  return format['type'] === 'json_object' ? { kind: 'json', schema: undefined } : { kind: 'text' };
}

function itemText(item: JsonRecord): string {
  return stringIn(item, 'content') ?? partsText(recordsIn(item, 'content'));
}

function resultText(item: JsonRecord): string {
  return stringIn(item, 'output') ?? partsText(recordsIn(item, 'output'));
}

function partsText(parts: readonly JsonRecord[]): string {
  const texts = parts.map((part) => stringIn(part, 'text') ?? '');
  return texts.filter((text) => text !== '').join('\n');
}
