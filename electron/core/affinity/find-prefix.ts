import type { AffinityStore, ConversationCursor } from './affinity-store.ts';
import type { HashedMessages } from './hashed-messages.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { MessageChain } from './message-chain.ts';

/** The turn that an array goes on from. */
export interface FoundPrefix {
  readonly cursor: ConversationCursor;
  /** The asked key of that turn. */
  readonly asked: string;
}

/**
 * Finds the longest prefix of an array that is known. After a turn was answered two keys are:
 *
 * - *asked*: the array alone. It leads to that turn, for clients that send the answer back changed or not at all, but
 *   only while it is unambiguous: no other exchange with the same array has begun to be answered, and the conversation
 *   has not gone on from it. It must be followed by something: the same array again is another conversation, or a retry
 *   whose own earlier turns are found by shorter prefixes. An ambiguous one still says where an answer may begin.
 * - *answered*: the array and the answer, as the client sends it back in one message or several. Conversations that begin
 *   alike differ in it as soon as their answers do.
 *
 * So a compacted conversation starts anew: its answers are gone from the array, and the asked keys of all its turns but
 * the last are spent. If it still begins with turns of its own, word for word, it is one of those turns' branches.
 */
export function findPrefix(
  messages: HashedMessages,
  chain: MessageChain,
  keyed: KeyedHash,
  store: AffinityStore,
): FoundPrefix | null {
  let found: FoundPrefix | null = null;
  let foundLength = 0;
  let looks = 0;
  for (let length = messages.count - 1; length > 0 && looks < maxLooks; length--) {
    if (!store.mayHaveAsked(chain.sizeMarkOf(length))) continue;
    looks++;
    const key = chain.keyOf(length);
    const asked = store.find(key);
    if (!asked) continue;
    const answered = findAnswered(messages, { key, length }, keyed, store);
    if (answered !== null && answered.length > foundLength) {
      found = { cursor: answered.cursor, asked: key };
      foundLength = answered.length;
    } else if (asked.cursor !== null && length > foundLength) {
      found = { cursor: asked.cursor, asked: key };
      foundLength = length;
    }
    // The answer to a shorter array reaches further only where this one ends with an assistant's words.
    if (found !== null && messages.answerAt(length - 1) === null) return found;
  }
  return found;
}

/** The longest known answer to the first messages of an array, and with how many messages it ends. */
function findAnswered(
  messages: HashedMessages,
  { key, length }: { readonly key: string; readonly length: number },
  keyed: KeyedHash,
  store: AffinityStore,
): { readonly cursor: ConversationCursor; readonly length: number } | null {
  let found: { readonly cursor: ConversationCursor; readonly length: number } | null = null;
  let answered = key;
  const end = Math.min(messages.count, length + maxAnswerMessages);
  for (let index = length; index < end; index++) {
    const items = messages.answerAt(index);
    if (items === null) return found;
    if (items.length === 0) continue;
    answered = keyed.answered(answered, items);
    const cursor = store.lookup(answered);
    if (cursor !== null) found = { cursor, length: index + 1 };
  }
  return found;
}

/** As many messages, or items of the Responses API, as one answer is taken to have at most. */
const maxAnswerMessages = 64;
/** As many prefixes as are hashed because one of their size was asked. Nearly always the first of them is the one. */
const maxLooks = 16;
