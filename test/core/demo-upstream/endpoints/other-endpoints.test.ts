import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { ask, errorOf, sdkFor, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

function closeness(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

describe('embeddings', () => {
  it('gives the SDK unit vectors in which alike texts are near', async () => {
    const input = ['the cat sat on the mat', 'a cat on a mat', 'quarterly revenue report'];
    const { data, usage } = await sdkFor(demo).embeddings.create({ model: 'text-embedding-3-small', input });
    const [cat, mat, revenue] = data.map(({ embedding }) => embedding);
    if (!cat || !mat || !revenue) throw new Error('no vectors');
    expect(cat).toHaveLength(1536);
    expect(closeness(cat, cat)).toBeCloseTo(1, 5);
    expect(closeness(cat, mat)).toBeGreaterThan(closeness(cat, revenue) + 0.2);
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  it('gives numbers where floats are asked for, of the wished length', async () => {
    const request = { model: 'text-embedding-3-large', input: 'x', dimensions: 5, encoding_format: 'float' };
    const body = (await (await ask(demo, '/embeddings', request)).json()) as {
      data: { embedding: number[] }[];
    };
    expect(body.data[0]?.embedding).toHaveLength(5);
    const tooMany = await ask(demo, '/embeddings', { ...request, dimensions: 5000 });
    expect([tooMany.status, (await errorOf(tooMany)).param]).toEqual([400, 'dimensions']);
    const empty = await ask(demo, '/embeddings', { ...request, input: [] });
    expect([empty.status, (await errorOf(empty)).param]).toEqual([400, 'input']);
  });
});

function speak(format: 'wav' | 'pcm'): Promise<Response> {
  const request = {
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    input: 'one two three',
    response_format: format,
  };
  return sdkFor(demo).audio.speech.create(request);
}

describe('speech', () => {
  it('gives a WAV or raw samples', async () => {
    const response = await speak('wav');
    expect(response.headers.get('content-type')).toBe('audio/wav');
    const wav = Buffer.from(await response.arrayBuffer());
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(wav.readUInt32LE(24)).toBe(24_000);
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect(wav.subarray(44).some((byte) => byte !== 0)).toBe(true);
    const pcm = Buffer.from(await (await speak('pcm')).arrayBuffer());
    expect(pcm.equals(wav.subarray(44))).toBe(true);
  });

  it('refuses formats that it cannot make', async () => {
    const request = { model: 'tts-1', voice: 'alloy', input: 'x', response_format: 'mp3' };
    const response = await ask(demo, '/audio/speech', request);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain('only makes wav and pcm');
  });
});

describe('completions', () => {
  it('continues a prompt, plain and streamed alike', async () => {
    const request = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time', max_tokens: 30 };
    const whole = await sdkFor(demo).completions.create(request);
    expect(whole.choices[0]?.text).toMatch(/^\[Cody Desktop demo\]/);
    expect(whole.choices[0]?.finish_reason).toBe('length');
    expect(whole.usage?.completion_tokens).toBe(30);
    const stream = await sdkFor(demo).completions.create({ ...request, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
    expect(text).toBe(whole.choices[0]?.text);
  });

  it('fills in one line where there is a suffix', async () => {
    const answer = await sdkFor(demo).completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'function add(a, b) {',
      suffix: '}',
    });
    expect(answer.choices[0]?.text).toBe('/* [Cody Desktop demo] this was filled in */');
  });
});
