/**
 * One thing an assistant said, in a form that does not depend on the endpoint or on who wrote it down: the proxy reads
 * it from an answer, and again from the next request, in which a client sends that answer back.
 */
export type AnswerItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'audio'; readonly id: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * What an assistant said in one element of `messages` or `input`, or in one item of an answer's `output`. Reads
 * https://platform.openai.com/docs/api-reference/chat/object (`message`, also the older `function_call`) and
 * https://platform.openai.com/docs/api-reference/responses/object (`output` items). Fields that clients drop, add or
 * null on the way (`refusal`, `annotations`, `reasoning_content`, `status`, item ids) are passed over.
 *
 * An empty list: a step of the assistant's own work that clients may leave out, such as `reasoning`. Null: nothing that
 * an assistant said.
 */
export function readAnswerItems(element: unknown): AnswerItem[] | null {
  if (!isFields(element)) return null;
  const type = element['type'];
  if (type === 'function_call')
    return [call(element['call_id'], element['name'], element['arguments'] ?? '')];
  if (type === 'custom_tool_call') return [call(element['call_id'], element['name'], element['input'] ?? '')];
  if (typeof type === 'string' && ownWork.has(type)) return [];
  return element['role'] === 'assistant' ? readSaid(element) : null;
}

/** What was said in a message that is known to be an assistant's, whatever its role says. */
export function readSaid(message: Fields): AnswerItem[] {
  const calls = readCalls(message);
  const audio = isFields(message['audio']) ? text(message['audio']['id']) : '';
  const said = contentText(message['content']) || text(message['refusal']);
  const items: AnswerItem[] = [];
  if (said !== '' || (calls.length === 0 && audio === '')) items.push({ kind: 'text', text: said });
  if (audio !== '') items.push({ kind: 'audio', id: audio });
  items.push(...calls);
  return items;
}

/**
 * The item as one string for hashing, equal for what clients do not mean to change: white space around a text, and the
 * spelling of a call's arguments, which some SDKs parse and write anew.
 */
export function canonicalItem(item: AnswerItem): string {
  if (item.kind === 'text') return `T${item.text.trim()}`;
  if (item.kind === 'audio') return `A${item.id}`;
  return `C${JSON.stringify([item.id, item.name, canonicalArguments(item.arguments)])}`;
}

/** The texts of a content that is a string or a list of parts, joined; empty if there are none. */
export function contentText(content: unknown): string {
  if (!Array.isArray(content)) return text(content);
  let joined = '';
  for (const part of content as unknown[]) {
    if (isFields(part)) joined += text(part['text']) || text(part['refusal']);
  }
  return joined;
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCalls(element: Fields): AnswerItem[] {
  const calls: AnswerItem[] = [];
  const listed = element['tool_calls'];
  if (Array.isArray(listed)) {
    for (const entry of listed as unknown[]) {
      if (!isFields(entry)) continue;
      const called = isFields(entry['function']) ? entry['function'] : entry['custom'];
      if (isFields(called))
        calls.push(call(entry['id'], called['name'], called['arguments'] ?? called['input']));
    }
  }
  const single = element['function_call'];
  if (isFields(single)) calls.push(call('', single['name'], single['arguments']));
  return calls;
}

function call(id: unknown, name: unknown, passed: unknown): AnswerItem {
  const written = typeof passed === 'string' ? passed : (JSON.stringify(passed) ?? '');
  return { kind: 'call', id: text(id), name: text(name), arguments: written };
}

function canonicalArguments(written: string): string {
  const trimmed = written.trim();
  if (trimmed === '') return '{}';
  try {
    return JSON.stringify(JSON.parse(trimmed));
  } catch {
    return trimmed;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const ownWork: ReadonlySet<string> = new Set([
  'reasoning',
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
]);
