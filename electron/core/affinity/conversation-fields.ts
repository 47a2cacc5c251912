import { fieldName, type JsonBody } from '../body/json-body.ts';
import { quote } from '../body/json-bytes.ts';
import type { JsonField } from '../body/json-scanner.ts';
import { readText, slicePieces } from '../body/pieces.ts';

/** The field that holds a conversation. */
export type ConversationField = 'messages' | 'input';

/** What of a request's top-level fields says which conversation it belongs to. Undefined is what is not there. */
export interface ConversationFields {
  /** The conversation itself. */
  readonly messages: JsonField | undefined;
  /** Whether the client itself names the request that this one goes on from. */
  readonly namesPreviousRequest: boolean;
  readonly previousResponseId: unknown;
  readonly conversation: unknown;
  readonly promptCacheKey: unknown;
  readonly metadata: unknown;
}

/**
 * Finds these fields in one pass over all, and reads those of them that are small. Of duplicates the last one counts, as
 * it does for `JSON.parse`; a value longer than 8 KiB is passed over.
 */
export function readConversationFields(body: JsonBody, name: ConversationField): ConversationFields {
  let messages: JsonField | undefined;
  let previousRequest: JsonField | undefined;
  let previousResponse: JsonField | undefined;
  let conversation: JsonField | undefined;
  let promptCacheKey: JsonField | undefined;
  let metadata: JsonField | undefined;
  for (const field of body.fields) {
    // Names are read only where their length fits.
    const nameBytes = field.keyEnd - field.keyStart - 2;
    if (!field.keyEscaped && nameBytes !== name.length && !nameLengths.has(nameBytes)) continue;
    switch (fieldName(body, field)) {
      case name:
        messages = field;
        break;
      case 'previous_request_id':
        previousRequest = field;
        break;
      case 'previous_response_id':
        previousResponse = field;
        break;
      case 'conversation':
        conversation = field;
        break;
      case 'prompt_cache_key':
        promptCacheKey = field;
        break;
      case 'metadata':
        metadata = field;
        break;
      default:
        break;
    }
  }
  return {
    messages,
    namesPreviousRequest: isText(body, previousRequest),
    previousResponseId: readValue(body, previousResponse),
    conversation: readValue(body, conversation),
    promptCacheKey: readValue(body, promptCacheKey),
    metadata: readValue(body, metadata),
  };
}

function isText(body: JsonBody, field: JsonField | undefined): boolean {
  return (
    field !== undefined && slicePieces(body.pieces, field.valueStart, field.valueStart + 1)[0]?.[0] === quote
  );
}

function readValue(body: JsonBody, field: JsonField | undefined): unknown {
  if (!field || field.valueEnd - field.valueStart > maxValueBytes) return undefined;
  try {
    return JSON.parse(readText(body.pieces, field.valueStart, field.valueEnd));
  } catch {
    // Deep inside long strings nobody has checked it yet.
    return undefined;
  }
}

const nameLengths: ReadonlySet<number> = new Set(
  ['previous_request_id', 'previous_response_id', 'conversation', 'prompt_cache_key', 'metadata'].map(
    ({ length }) => length,
  ),
);
const maxValueBytes = 8 * 1024;
