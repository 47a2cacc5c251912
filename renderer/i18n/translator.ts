import { en, type Text } from './en.ts';
import { ru } from './ru.ts';

/** The languages the window speaks. */
export type Locale = 'en' | 'ru';

/** The name of a text. */
export type TextKey = keyof typeof en;

/** Gives texts, times and durations in one language. */
export interface Translator {
  readonly locale: Locale;
  /** The text with its parts filled in; numbers are written as the language writes them, without grouping. */
  text<K extends TextKey>(key: K, ...parts: PartsOf<K>): string;
  /** The time of day with seconds, on this computer's clock, from milliseconds since 1970. */
  time(atMs: number): string;
  /** Milliseconds below a second as such, else seconds, with one decimal below a hundred. */
  duration(durationMs: number): string;
}

type PartNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PartNames<Rest>
  : never;
type StringsOf<K extends TextKey> = (typeof en)[K] extends infer T
  ? T extends string
    ? T
    : Extract<T[keyof T], string>
  : never;
type PartsOf<K extends TextKey> = [PartNames<StringsOf<K>>] extends [never]
  ? []
  : [parts: { [Name in PartNames<StringsOf<K>>]: Name extends 'count' ? number : string | number }];

const dictionaries: Record<Locale, Record<TextKey, Text>> = { en, ru };

/** The first of the user's languages that the window speaks, else English. */
export function chooseLocale(languages: readonly string[]): Locale {
  const spoken = languages.map((language) => language.toLowerCase().split('-')[0]);
  return spoken.find((language): language is Locale => language === 'en' || language === 'ru') ?? 'en';
}

/** The translator of a language; plurals by `Intl.PluralRules`. */
export function createTranslator(locale: Locale): Translator {
  const dictionary = dictionaries[locale];
  const pluralRules = new Intl.PluralRules(locale);
  const timeFormat = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });
  const text: Translator['text'] = (key, ...[parts]) => {
    const named: Record<string, string | number> = parts ?? {};
    return fillIn(choosePlural(dictionary[key], pluralRules, Number(named['count'])), named);
  };
  return {
    locale,
    text,
    time: (atMs) => timeFormat.format(atMs),
    duration(durationMs) {
      if (Math.round(durationMs) < 1_000) {
        return text('exchanges.milliseconds', { value: Math.round(durationMs) });
      }
      const seconds = durationMs / 1_000;
      return text('exchanges.seconds', {
        value: seconds < 99.95 ? tenths.format(seconds) : Math.round(seconds),
      });
    },
  };
}

function choosePlural(text: Text, pluralRules: Intl.PluralRules, count: number): string {
  return typeof text === 'string' ? text : (text[pluralRules.select(count)] ?? text.other ?? '');
}

function fillIn(text: string, parts: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole));
}
