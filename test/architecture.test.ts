import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, extname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A layer: its folder, the layers it may import beside itself, and the packages it may use. */
interface Layer {
  readonly folder: string;
  readonly layers: readonly string[];
  readonly mayUse: (packageName: string) => boolean;
}

const isNode = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
const startsWithAny =
  (...starts: string[]) =>
  (name: string): boolean =>
    starts.some((start) => name === start || name.startsWith(`${start}/`));

const layers: readonly Layer[] = [
  { folder: 'shared', layers: [], mayUse: startsWithAny('zod', '@orpc/contract') },
  {
    folder: 'electron/core',
    layers: ['shared'],
    mayUse: (name) =>
      isNode(name) || startsWithAny('express', 'undici', 'zod', '@orpc/server', '@napi-rs/keyring')(name),
  },
  {
    folder: 'electron/headless',
    layers: ['electron/core', 'shared'],
    mayUse: (name) =>
      isNode(name) || startsWithAny('@orpc/server', '@orpc/client', '@orpc/contract', 'zod')(name),
  },
  {
    folder: 'electron/shell',
    layers: ['electron/core', 'shared'],
    mayUse: (name) => isNode(name) || startsWithAny('electron', '@orpc/server')(name),
  },
  {
    folder: 'renderer',
    layers: ['shared'],
    mayUse: (name) => !isNode(name) && !startsWithAny('electron', 'express', 'undici', '@orpc/server')(name),
  },
];

/** Files over 300 lines, each with its reason. This list only gets shorter. */
const longFiles: Readonly<Record<string, string>> = {
  'electron/core/body/json-scanner.ts':
    'one state machine; in two files its inner state would have to be public',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** What a file imports: relative paths as paths from the root, packages by name. `package.json` counts as everybody's. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ];
  return specifiers
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((specifier) => ({
      from: file,
      to: specifier.startsWith('.')
        ? normalize(join(dirname(file), specifier))
            .split(sep)
            .join('/')
        : specifier,
    }))
    .filter(({ to }) => to !== 'package.json');
}

const isInside = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const isPath = ({ from, to }: Import): boolean =>
  layers.some(({ folder }) => isInside(to, folder)) ||
  (extname(to) !== '' && to.startsWith(from.split('/')[0] ?? ''));

describe('imports run one way', () => {
  test.each(layers)('$folder', ({ folder, layers: allowed, mayUse }) => {
    const imports = sourceFiles(folder).flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(0);
    const forbidden = imports.filter((found) =>
      isPath(found) ? ![folder, ...allowed].some((layer) => isInside(found.to, layer)) : !mayUse(found.to),
    );
    expect(forbidden).toEqual([]);
  });

  test('features of the renderer never import each other', () => {
    const feature = (path: string): string | undefined => /^renderer\/features\/([^/]+)/.exec(path)?.[1];
    const crossing = sourceFiles('renderer')
      .flatMap(importsOf)
      .filter(
        ({ from, to }) =>
          feature(from) !== undefined && feature(to) !== undefined && feature(from) !== feature(to),
      );
    expect(crossing).toEqual([]);
  });

  test('the embedded demo upstream knows nothing of the proxy, and only the host starts it', () => {
    const imports = sourceFiles('electron/core').flatMap(importsOf);
    const demo = 'electron/core/demo-upstream';
    expect(
      imports.filter(({ from, to }) => isInside(from, demo) && isInside(to, 'electron/core/proxy')),
    ).toEqual([]);
    const users = new Set(
      imports.filter(({ from, to }) => !isInside(from, demo) && isInside(to, demo)).map(({ from }) => from),
    );
    expect([...users].toSorted()).toEqual([
      'electron/core/host.ts',
      'electron/core/upstream/current-upstream.ts',
    ]);
  });
});

test("logic never reads the machine's clock or dice itself", () => {
  const readers = sourceFiles('electron/core').filter(
    (file) =>
      !['electron/core/clock.ts', 'electron/core/node-host-ports.ts'].includes(file) &&
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bset(?:Timeout|Interval)\(/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
  );
  expect(readers).toEqual([]);
});

test('a file is one thing: no more than 300 lines', () => {
  const files = [...layers.map(({ folder }) => folder), 'test', 'scripts'].flatMap(sourceFiles);
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301);
  const unexcused = long.filter((file) => !(file in longFiles) && !file.endsWith('.test.ts'));
  expect(unexcused).toEqual([]);
  expect(Object.keys(longFiles).filter((file) => !long.includes(file))).toEqual([]);
});
