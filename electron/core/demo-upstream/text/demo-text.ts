import { hashText, pickFrom } from '../seeded-random.ts';
import { codeSample } from './code-samples.ts';
import { englishPhrases, russianPhrases, type Phrases } from './phrases.ts';
import { splitTokens } from './tokens.ts';
import type { DemoQuestion } from './question.ts';

const excerptCharacters = 120;
const mostWishedTokens = 200_000;

/**
 * What the demo says in words: Markdown that starts with `[Cody Desktop demo]`, in the user's language, and the same for the
 * same question. `tokens=N` in the user's text makes it N tokens long (at most 200,000).
 */
export function demoText(question: DemoQuestion, model: string): string {
  const phrases = phrasesFor(question.russian);
  const wished = /\btokens=(\d{1,9})\b/.exec(question.userText)?.[1];
  if (wished !== undefined) return filler(phrases, Math.min(Number(wished), mostWishedTokens));
  const paragraphs = [phrases.banner];
  if (question.toolResults.length > 0) {
    for (const result of question.toolResults) paragraphs.push(phrases.toolSaid(excerpt(result)));
    return paragraphs.join('\n\n');
  }
  paragraphs.push(pickFrom(phrases.greetings, hashText(question.userText) / 0x1_0000_0000));
  if (question.userText.trim() !== '') paragraphs.push(phrases.youWrote(excerpt(question.userText)));
  for (const facts of question.images) paragraphs.push(phrases.picture(facts));
  const wishes = wishedSections(question.userText, phrases);
  paragraphs.push(...(wishes.length > 0 ? wishes : [phrases.suggestions]));
  paragraphs.push(phrases.realAnswer(model));
  return paragraphs.join('\n\n');
}

/** The set phrases of the language that the demo answers in. */
export function phrasesFor(russian: boolean): Phrases {
  return russian ? russianPhrases : englishPhrases;
}

function excerpt(text: string): string {
  const line = text
    .slice(0, 10 * excerptCharacters)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(line.slice(0, 2 * excerptCharacters));
  return characters.length > excerptCharacters ? `${characters.slice(0, excerptCharacters).join('')}…` : line;
}

function wishedSections(prompt: string, phrases: Phrases): string[] {
  const sections: string[] = [];
  if (/\btable\b|таблиц/iu.test(prompt)) sections.push(table(phrases));
  if (
    /\bcode\b|\bfunction\b|\bprogram|\bscript\b|\bbash\b|python|программ|код(?!и)|скрипт|функци/iu.test(
      prompt,
    )
  ) {
    const { language, code } = codeSample(prompt);
    sections.push(`${phrases.codeIntroduction}\n\n\`\`\`${language}\n${code}\n\`\`\``);
  }
  if (/formula|equation|\bmath|latex|формул|уравнен|математ/iu.test(prompt)) sections.push(phrases.formula);
  if (/\blong\b|\bstory\b|\bessay\b|in detail|длинн|подробн|рассказ|эссе|истори/iu.test(prompt)) {
    sections.push(`## ${phrases.longTitle}`, ...phrases.longParagraphs);
  }
  return sections;
}

function table({ tableHead, tableRows }: Phrases): string {
  return [tableHead, tableHead.map(() => '---'), ...tableRows].map(tableLine).join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function filler(phrases: Phrases, tokenCount: number): string {
  const paragraph = splitTokens(`\n\n${phrases.longParagraphs.join('\n\n')}`);
  const tokens = splitTokens(phrases.banner);
  while (tokens.length < tokenCount) tokens.push(...paragraph);
  return tokens.slice(0, tokenCount).join('');
}
