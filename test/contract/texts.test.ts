import { describe, expect, it } from 'vitest';
import { en, type Text } from '../../renderer/i18n/en.ts';
import { ru } from '../../renderer/i18n/ru.ts';
import { chooseLocale, createTranslator } from '../../renderer/i18n/translator.ts';

describe('the texts of the window', () => {
  it('have the same parts to fill in in both languages', () => {
    const translated: Record<string, Text> = ru;
    for (const [key, text] of Object.entries<Text>(en)) {
      for (const words of wordings(translated[key] ?? ''))
        expect(partsOf(words), key).toEqual(partsOf(wordings(text)[0]));
    }
  });

  it('are in Russian where Russian is', () => {
    for (const [key, text] of Object.entries<Text>(ru)) {
      if (['app.title', 'key.placeholder', 'app.answersFrom'].includes(key)) continue;
      for (const words of wordings(text)) expect(words, key).toMatch(/[а-яё]/i);
    }
  });

  it('count in Russian as Russian does', () => {
    const russian = createTranslator('ru');
    const counted = [1, 2, 5, 11, 21, 22, 101].map((count) =>
      russian.text('key.check.acceptedModels', { count }),
    );
    expect(counted.map((words) => words.replace('Cody принимает ключ: ', ''))).toEqual([
      '1 модель.',
      '2 модели.',
      '5 моделей.',
      '11 моделей.',
      '21 модель.',
      '22 модели.',
      '101 модель.',
    ]);
  });

  it('follow the first of the user’s languages that the window speaks', () => {
    expect(chooseLocale(['de-DE', 'ru-RU', 'en-US'])).toBe('ru');
    expect(chooseLocale(['EN-gb', 'ru'])).toBe('en');
    expect(chooseLocale(['fr', 'rup'])).toBe('en');
    expect(chooseLocale([])).toBe('en');
  });

  it('give durations short enough for a table', () => {
    const [english, russian] = [createTranslator('en'), createTranslator('ru')];
    expect([0.4, 999.4, 999.6, 2_410, 99_940, 600_004].map((ms) => english.duration(ms))).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '2.4 s',
      '99.9 s',
      '600 s',
    ]);
    expect(russian.duration(2_410)).toBe('2,4 с');
  });
});

function wordings(text: Text): string[] {
  return typeof text === 'string' ? [text] : Object.values(text);
}

function partsOf(words: string | undefined): string[] {
  return [...(words ?? '').matchAll(/\{\w+\}/g)].map(([part]) => part).toSorted();
}
