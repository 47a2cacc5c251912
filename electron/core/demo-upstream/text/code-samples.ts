/** A short program for a Markdown code block. */
export interface CodeSample {
  readonly language: string;
  readonly code: string;
}

const typescript: CodeSample = {
  language: 'ts',
  code: [
    'export function greet(name: string): string {',
    '  return `Hello, ${name}!`;',
    '}',
    '',
    "console.log(greet('Cody'));",
  ].join('\n'),
};

const others: readonly { readonly asked: RegExp; readonly sample: CodeSample }[] = [
  {
    asked: /python|питон/iu,
    sample: {
      language: 'python',
      code: 'def greet(name: str) -> str:\n    return f"Hello, {name}!"\n\n\nprint(greet("Cody"))',
    },
  },
  {
    asked: /\brust\b|\bраст/iu,
    sample: {
      language: 'rust',
      code: 'fn greet(name: &str) -> String {\n    format!("Hello, {name}!")\n}\n\nfn main() {\n    println!("{}", greet("Cody"));\n}',
    },
  },
  {
    asked: /\bgo(?:lang)?\b/iu,
    sample: {
      language: 'go',
      code: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello, Cody!")\n}',
    },
  },
  {
    asked: /\bbash\b|\bshell\b/iu,
    sample: { language: 'bash', code: '#!/usr/bin/env bash\nset -euo pipefail\necho "Hello, ${1:-Cody}!"' },
  },
  {
    asked: /\bsql\b/iu,
    sample: { language: 'sql', code: 'SELECT name, count(*) AS letters\nFROM door\nGROUP BY name;' },
  },
];

/** A program in the language that the prompt names; TypeScript if it names none of ours. */
export function codeSample(prompt: string): CodeSample {
  return others.find(({ asked }) => asked.test(prompt))?.sample ?? typescript;
}
