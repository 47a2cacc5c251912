/** Cuts bytes into pieces at the given offsets, in any order; offsets outside are ignored. */
export function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const inside = [...new Set(offsets)]
    .filter((offset) => offset > 0 && offset < bytes.length)
    .toSorted((a, b) => a - b);
  const edges = [0, ...inside, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}
