import { describe, expect, test } from 'vitest';
import { findUsage } from '../../../electron/core/answers/find-usage.ts';

const find = (text: string): unknown => findUsage(Buffer.from(text));
const counted = (input: number): object => ({ input, output: 2, cached: null });
const usage = (input: number): string => `{"prompt_tokens":${input},"completion_tokens":2}`;

describe('finding what an answer cost', () => {
  test('the last usage counts, blanks or not', () => {
    expect(find(`{"usage":${usage(1)},"x":{"usage" :\n ${usage(7)}}}`)).toEqual(counted(7));
  });

  test('a usage that is null or counts no tokens is passed over', () => {
    const schema = '"usage":{"type":"object","description":"the \\"usage\\":{ of it }"}';
    expect(find(`{"usage":${usage(1)},"tools":[{${schema}}],"b":{"usage":null}}`)).toEqual(counted(1));
  });

  test('what is said about a usage is no usage', () => {
    const said = JSON.stringify({ content: `"usage":${usage(5)} and "usage` });
    expect(find(said)).toBeNull();
    expect(find(`{"choices":[${said}],"usage":${usage(1)}}`)).toEqual(counted(1));
    expect(find(`{"a \\"usage":${usage(5)}}`)).toBeNull();
    expect(find('["usage","usage"]')).toBeNull();
  });

  test('braces and quotes in its texts do not end it', () => {
    const odd = '{"prompt_tokens":1,"note":"} \\" }","details":{"a":{}},"completion_tokens":2}';
    expect(find(`{"usage":${odd},"usagee":1}`)).toEqual(counted(1));
  });

  test('a usage that is cut off, broken or huge is passed over', () => {
    expect(find(`{"usage":${usage(1)},"x":{"usage":{"prompt_tokens":5`)).toEqual(counted(1));
    expect(find('{"usage":{"prompt_tokens":5,}}')).toBeNull();
    expect(find(`{"usage":{"a":"${'x'.repeat(5000)}","prompt_tokens":5}}`)).toBeNull();
    expect(find('sage":{"prompt_tokens":5}}')).toBeNull();
    expect(find('')).toBeNull();
  });

  test('many events that say null cost no more than a few looks', () => {
    const events = 'data: {"usage":null}\n\n'.repeat(60);
    expect(find(`data: {"usage":${usage(1)}}\n\n${events}`)).toEqual(counted(1));
    expect(find(`data: {"usage":${usage(1)}}\n\n${events}${events}`)).toBeNull();
  });
});
