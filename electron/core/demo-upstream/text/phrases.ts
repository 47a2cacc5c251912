/** The demo's set phrases in one language. */
export interface Phrases {
  readonly banner: string;
  readonly greetings: readonly [string, ...string[]];
  readonly youWrote: (excerpt: string) => string;
  readonly picture: (facts: string) => string;
  readonly toolSaid: (result: string) => string;
  readonly realAnswer: (model: string) => string;
  readonly suggestions: string;
  readonly tableHead: readonly [string, string, string];
  readonly tableRows: readonly (readonly [string, string, string])[];
  readonly formula: string;
  readonly codeIntroduction: string;
  readonly longTitle: string;
  readonly longParagraphs: readonly [string, ...string[]];
  readonly video: (seconds: string, address: string) => string;
}

/** English. */
export const englishPhrases: Phrases = {
  banner: '[Cody Desktop demo] No model was asked: this answer was made up on your computer.',
  greetings: ['Everything is connected.', 'The line is open.', 'It works.', 'Your request came through.'],
  youWrote: (excerpt) => `You wrote: “${excerpt}”`,
  picture: (facts) => `I see that you attached a picture: ${facts}.`,
  toolSaid: (result) => `The tool answered: ${result}`,
  realAnswer: (model) => `Save a Cody key, and **${model}** itself will answer here.`,
  suggestions:
    'Meanwhile ask me for:\n\n- a **table**,\n- a piece of **code**,\n- a **formula**,\n- a **long** text.',
  tableHead: ['Endpoint', 'What it does', 'Streamed'],
  tableRows: [
    ['`chat/completions`', 'talks', 'yes'],
    ['`responses`', 'talks and calls tools', 'yes'],
    ['`images/generations`', 'draws', 'yes'],
    ['`embeddings`', 'measures meaning', 'no'],
  ],
  formula: 'A formula, as you wished:\n\n$$\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}$$',
  codeIntroduction: 'Here is a small program:',
  longTitle: 'A long story about nothing',
  longParagraphs: [
    'Somewhere between the keyboard and the cloud there is a quiet door. Letters come to it all day long, some in a hurry, some with pictures under their arms.',
    'The doorkeeper reads no letter. It looks at the envelope, counts the seconds, and sends each one on its way, because that is the whole of its trade.',
    'In the evening the letters grow fewer. The doorkeeper lights a lamp, and on the wall the shadows of the words go on talking for a while.',
    'Nobody remembers what was said. That was the promise: not a line is kept, and in the morning the door is as clean as on the first day.',
  ],
  video: (seconds, address) =>
    `Your video of ${seconds} s would be ready now. Its place would be: ${address}`,
};

/** Russian. */
export const russianPhrases: Phrases = {
  banner: '[Cody Desktop demo] Модель не спрашивали: этот ответ придуман прямо на вашем компьютере.',
  greetings: ['Всё подключено.', 'Связь есть.', 'Всё работает.', 'Ваш запрос дошёл.'],
  youWrote: (excerpt) => `Вы написали: «${excerpt}»`,
  picture: (facts) => `Вижу, что вы приложили картинку: ${facts}.`,
  toolSaid: (result) => `Инструмент ответил: ${result}`,
  realAnswer: (model) => `Сохраните ключ Cody, и здесь ответит сама **${model}**.`,
  suggestions:
    'А пока попросите у меня:\n\n- **таблицу**,\n- немного **кода**,\n- **формулу**,\n- **длинный** текст.',
  tableHead: ['Адрес', 'Что делает', 'Потоком'],
  tableRows: [
    ['`chat/completions`', 'беседует', 'да'],
    ['`responses`', 'беседует и зовёт инструменты', 'да'],
    ['`images/generations`', 'рисует', 'да'],
    ['`embeddings`', 'измеряет смысл', 'нет'],
  ],
  formula: 'Вот и формула:\n\n$$\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}$$',
  codeIntroduction: 'Вот маленькая программа:',
  longTitle: 'Длинная история ни о чём',
  longParagraphs: [
    'Где-то между клавиатурой и облаком есть тихая дверь. Целый день к ней приходят письма: одни спешат, другие несут под мышкой картинки.',
    'Привратник писем не читает. Он смотрит на конверт, считает секунды и отправляет каждое своей дорогой: в этом и состоит его ремесло.',
    'К вечеру писем становится меньше. Привратник зажигает лампу, и тени слов ещё какое-то время беседуют на стене.',
    'Никто не помнит, что было сказано. Таково обещание: не остаётся ни строчки, и утром дверь чиста, как в первый день.',
  ],
  video: (seconds, address) =>
    `Ваше видео на ${seconds} с было бы уже готово. Оно лежало бы здесь: ${address}`,
};
