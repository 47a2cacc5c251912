import { numberIn, stringIn, type JsonRecord } from '../json-value.ts';

const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT8S',
  email: 'demo@example.com',
  'idn-email': 'demo@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/demo',
  uuid: '00000000-0000-4000-8000-000000000000',
  regex: '^demo$',
  'json-pointer': '/demo',
  byte: 'ZGVtbw==',
  base64: 'ZGVtbw==',
};

// Tools may act on these, so each does no harm: commands only print, files are called demo.
const byName: readonly { readonly name: RegExp; readonly value: string }[] = [
  { name: /^(?:command|cmd|script)$/i, value: 'echo "Cody Desktop demo"' },
  { name: /(?:^|_)(?:url|uri|link)$|Url$/i, value: 'https://example.com/' },
  { name: /^(?:dir|directory|folder|cwd|workdir)$/i, value: '.' },
  { name: /path$|^file(?:_?name)?$/i, value: 'demo.txt' },
  { name: /^(?:city|location|place|town)$/i, value: 'Moscow' },
  { name: /email/i, value: 'demo@example.com' },
];

const forPatterns: readonly string[] = [
  'demo',
  'Demo',
  'DEMO',
  'a',
  'A',
  'demo-1',
  'demo_1',
  'demo.txt',
  '/demo',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  '123456',
  '1.0',
  '1.0.0',
  '12:00',
  '12:00:00',
  '2026',
  '2026-01',
  'AB',
  'ABC',
  'A1',
  'ABC-123',
  '#2684FF',
  '2684ff',
  '+12025550123',
  '+1 202 555 0123',
  'en',
  'en-US',
  'RU',
  'demo@example.com',
  'https://example.com/',
  '0123456789abcdef',
  '0123456789abcdef0123456789abcdef',
  ...Object.values(byFormat),
];

/** A string that fits the schema's format, pattern (where one of the common examples does) and lengths. */
export function exampleString(schema: JsonRecord, name: string, freeText: string, variant: number): string {
  const least = numberIn(schema, 'minLength') ?? 0;
  const most = numberIn(schema, 'maxLength') ?? Infinity;
  const format = stringIn(schema, 'format');
  const formatted = format === undefined ? undefined : byFormat[format];
  const pattern = stringIn(schema, 'pattern');
  if (pattern !== undefined) {
    const fitting = findFitting(
      pattern,
      [...(formatted === undefined ? [] : [formatted]), ...forPatterns],
      least,
      most,
    );
    if (fitting !== undefined) return fitting;
  }
  if (formatted !== undefined) return formatted;
  const base = byName.find((entry) => entry.name.test(name))?.value ?? freeText;
  const characters = Array.from(variant === 0 ? base : `${variant + 1} ${base}`);
  while (characters.length < least) characters.push('.');
  return characters.slice(0, Math.min(characters.length, most)).join('');
}

function findFitting(
  pattern: string,
  candidates: readonly string[],
  least: number,
  most: number,
): string | undefined {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
  return candidates.find(
    (candidate) => candidate.length >= least && candidate.length <= most && expression.test(candidate),
  );
}
