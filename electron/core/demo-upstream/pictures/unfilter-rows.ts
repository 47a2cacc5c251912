import { breathe } from '../breathe.ts';
import { bytesBetweenBreaths } from './picture.ts';

/**
 * Undoes the row filters of inflated PNG data (https://www.w3.org/TR/png-3/#9Filter-types): `filtered` holds `height` rows of
 * one filter byte and `rowBytes` bytes. Null if a filter is unknown.
 */
export async function unfilterRows(
  filtered: Uint8Array,
  height: number,
  rowBytes: number,
  bytesPerPixel: number,
): Promise<Uint8Array | null> {
  const rows = new Uint8Array(rowBytes * height);
  let above = new Uint8Array(rowBytes);
  let sinceBreath = 0;
  for (let row = 0; row < height; row += 1) {
    const start = row * (rowBytes + 1);
    const current = rows.subarray(row * rowBytes, (row + 1) * rowBytes);
    current.set(filtered.subarray(start + 1, start + 1 + rowBytes));
    const filter = filtered[start] ?? 0;
    if (filter > 4) return null;
    if (filter > 0) unfilterRow(filter, current, above, bytesPerPixel);
    above = current;
    sinceBreath += rowBytes;
    if (sinceBreath > bytesBetweenBreaths) {
      sinceBreath = 0;
      await breathe();
    }
  }
  return rows;
}

function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, bytesPerPixel: number): void {
  for (let index = 0; index < row.length; index += 1) {
    const left = index < bytesPerPixel ? 0 : (row[index - bytesPerPixel] ?? 0);
    const up = above[index] ?? 0;
    let predicted = filter === 1 ? left : up;
    if (filter === 3) predicted = (left + up) >> 1;
    if (filter === 4)
      predicted = paeth(left, up, index < bytesPerPixel ? 0 : (above[index - bytesPerPixel] ?? 0));
    row[index] = (row[index] ?? 0) + predicted;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
