/** A JSON object as it came from a file or a caller: nothing of it is known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** The names that lead from the root of the settings to one value, such as `['proxy', 'port']`. */
export type SettingPath = readonly PropertyKey[];

/** True for what JSON calls an object: no array, no null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `base` with the values of `patch` put over it, at any depth; arrays are replaced whole, undefined values are passed
 * over, keys that only `base` has stay. Neither argument is changed.
 */
export function mergeTrees(base: JsonObject, patch: JsonObject): JsonObject {
  // fromEntries makes own properties of all names, `__proto__` too.
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const before = merged.get(key);
    merged.set(key, isJsonObject(value) ? mergeTrees(isJsonObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The paths of all values that are no objects themselves; undefined values have none, an empty object neither. */
export function leafPaths(tree: JsonObject, above: readonly string[] = []): (readonly string[])[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const path = [...above, key];
    return isJsonObject(value) ? leafPaths(value, path) : [path];
  });
}

/** The value at a path, or undefined where the path leads nowhere. Array elements are named by their index. */
export function valueAt(tree: unknown, path: SettingPath): unknown {
  let value = tree;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** `tree` without the value at each path. Elements leave an array without a gap; paths that lead nowhere are no matter. */
export function withoutPaths(tree: JsonObject, paths: readonly SettingPath[]): JsonObject {
  const result = withoutPathsInside(tree, paths);
  return isJsonObject(result) ? result : {};
}

function withoutPathsInside(value: unknown, paths: readonly SettingPath[]): unknown {
  if (typeof value !== 'object' || value === null || paths.length === 0) return value;
  const kept = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    const here = paths.filter((path) => String(path[0]) === key);
    if (here.some((path) => path.length === 1)) return [];
    return [
      [
        key,
        withoutPathsInside(
          child,
          here.map((path) => path.slice(1)),
        ),
      ],
    ];
  });
  return Array.isArray(value) ? kept.map(([, child]) => child) : Object.fromEntries(kept);
}
