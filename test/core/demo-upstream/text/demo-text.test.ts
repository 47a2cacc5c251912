import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoText } from '../../../../electron/core/demo-upstream/text/demo-text.ts';
import { isRussian, type DemoQuestion } from '../../../../electron/core/demo-upstream/text/question.ts';
import { splitTokens } from '../../../../electron/core/demo-upstream/text/tokens.ts';

function ask(userText: string): string {
  const question: DemoQuestion = {
    userText,
    russian: isRussian(userText),
    images: [],
    toolResults: [],
    toolWasCalled: false,
    tools: [],
    toolChoice: { kind: 'auto' },
    form: { kind: 'text' },
    maxTokens: null,
    promptTokens: 0,
    request: {},
  };
  return demoText(question, 'gpt-5.2');
}

describe("the demo's words", () => {
  it('always begin by saying what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (prompt) => {
        expect(ask(prompt)).toMatch(/^\[Cody Desktop demo\]/);
      }),
    );
  });

  it.each([
    ['Make me a table', '| --- |'],
    ['Сделай таблицу', '| --- |'],
    ['Write Python code', '```python'],
    ['Напиши программу на Python', '```python'],
    ['Which formula?', '$$'],
    ['Выведи формулу', '$$'],
    ['Tell a long story', '## '],
    ['Расскажи длинную историю', '## '],
    ['Good day', 'ask me for'],
    ['Добрый день', 'попросите'],
  ])('answer %j with %j', (prompt, expected) => {
    expect(ask(prompt)).toContain(expected);
  });

  it('quote the prompt, but not at length', () => {
    expect(ask('a\nshort  one')).toContain('“a short one”');
    expect(ask('word '.repeat(10_000)).length).toBeLessThan(1000);
  });

  it('are cut into tokens that make up the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(splitTokens(text).join('')).toBe(text);
      }),
    );
    expect(splitTokens(ask('tokens=123'))).toHaveLength(123);
  });
});
