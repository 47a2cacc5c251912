import type { Admission } from '../account/admission.ts';
import { demoText, phrasesFor } from './demo-text.ts';
import { exampleValue } from './example-value.ts';
import type { DemoQuestion, OfferedTool } from './question.ts';
import { splitTokens } from './tokens.ts';

/** What the demo answers, before it is put into the shape of an endpoint. */
export type DemoReply =
  | {
      readonly kind: 'words';
      readonly tokens: readonly string[];
      /** Whether the client's token limit cut it off. */
      readonly cutOff: boolean;
    }
  | { readonly kind: 'tool-call'; readonly name: string; readonly argumentTokens: readonly string[] };

/**
 * Decides the answer to a question. Where tools are offered it is, once in a conversation, a call of the first tool with
 * arguments that fit its schema: agents put in user messages of their own after a tool's end, and would else be sent round
 * for ever. A tool that is named by `tool_choice` is called at each new question. All else gets words, or JSON if asked for.
 */
export function replyTo(question: DemoQuestion, admission: Admission, requestId: string): DemoReply {
  const tool = chooseTool(question);
  if (tool) {
    const style = { freeText: 'demo', optionalProperties: false };
    const value = exampleValue(tool.parameters ?? { type: 'object' }, style);
    return { kind: 'tool-call', name: tool.name, argumentTokens: splitTokens(JSON.stringify(value)) };
  }
  const tokens = splitTokens(answerText(question, admission, requestId));
  const cutOff = question.maxTokens !== null && tokens.length > question.maxTokens;
  return { kind: 'words', tokens: cutOff ? tokens.slice(0, question.maxTokens) : tokens, cutOff };
}

function chooseTool({
  tools,
  toolChoice,
  toolResults,
  toolWasCalled,
}: DemoQuestion): OfferedTool | undefined {
  if (toolChoice.kind === 'none' || toolResults.length > 0) return undefined;
  const named = toolChoice.kind === 'named' ? tools.find((tool) => tool.name === toolChoice.name) : undefined;
  return named ?? (toolWasCalled ? undefined : tools[0]);
}

function answerText(question: DemoQuestion, { model }: Admission, requestId: string): string {
  const phrases = phrasesFor(question.russian);
  if (question.form.kind === 'json') {
    const schema = question.form.schema ?? {
      type: 'object',
      properties: { demo: { const: phrases.banner }, answer: { type: 'string' } },
    };
    const style = { freeText: '[Cody Desktop demo]', optionalProperties: true };
    return JSON.stringify(exampleValue(schema, style));
  }
  if (model.makes !== 'video') return demoText(question, model.id);
  const duration = question.request['duration'];
  const seconds = typeof duration === 'number' || typeof duration === 'string' ? String(duration) : '4';
  const address = `https://demo.invalid/videos/${requestId}.mp4`;
  return `${phrases.banner}\n\n${phrases.video(seconds, address)}`;
}
