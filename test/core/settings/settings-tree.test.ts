import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isJsonObject,
  leafPaths,
  mergeTrees,
  valueAt,
  withoutPaths,
  type JsonObject,
} from '../../../electron/core/settings/settings-tree.ts';

const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string(),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.constant(null),
);
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const { tree } = fc.letrec<{ tree: JsonObject; node: unknown }>((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, leaf, tie('tree')),
  tree: fc
    .uniqueArray(fc.tuple(key, tie('node')), { selector: ([name]) => name, maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}));

describe('merging settings', () => {
  it('puts every value of the patch in place and keeps every other', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        const merged = mergeTrees(base, patch);
        for (const path of leafPaths(patch)) expect(valueAt(merged, path)).toEqual(valueAt(patch, path));
        for (const path of leafPaths(base)) {
          const touched = path.some((_, depth) => {
            const over = valueAt(patch, path.slice(0, depth + 1));
            return over !== undefined && (!isJsonObject(over) || depth === path.length - 1);
          });
          if (!touched) expect(valueAt(merged, path)).toEqual(valueAt(base, path));
        }
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      }),
    );
  });

  it('changes nothing more when it is done again', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        const merged = mergeTrees(base, patch);
        expect(mergeTrees(merged, patch)).toEqual(merged);
      }),
    );
  });

  it('replaces lists whole, and passes undefined over', () => {
    const base = { list: [1, 2, 3], port: 1 };
    expect(mergeTrees(base, { list: [4], port: undefined })).toEqual({ list: [4], port: 1 });
    expect(base).toEqual({ list: [1, 2, 3], port: 1 });
  });
});

describe('taking values away', () => {
  it('takes exactly the values at the paths', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (base, pick) => {
        const paths = leafPaths(base);
        const gone = paths[pick % Math.max(paths.length, 1)];
        const rest = withoutPaths(base, gone ? [gone] : []);
        expect(leafPaths(rest)).toEqual(paths.filter((path) => path !== gone));
      }),
    );
  });

  it('closes the gap in a list', () => {
    const paths = [0, 2, 9].map((index) => ['list', index]);
    expect(withoutPaths({ list: ['a', 'b', 'c', 'd'] }, paths)).toEqual({ list: ['b', 'd'] });
  });
});
