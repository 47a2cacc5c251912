import { mixColours, type Colour } from './colour.ts';
import type { Scene } from './scene.ts';

/** Paints one row of the scene as RGB into `row` (3 bytes a pixel). */
export function paintRow(scene: Scene, y: number, row: Uint8Array): void {
  const { width, height } = scene;
  const sky = mixColours(scene.skyTop, scene.skyBottom, Math.min(1, y / (height * 0.75)));
  for (let x = 0; x < width; x += 1) blend(row, x, sky, 1);
  for (const light of scene.lights) {
    const above = y - light.y;
    const halfWidth = Math.sqrt(Math.max(0, light.radius ** 2 - above ** 2));
    const from = Math.max(0, Math.floor(light.x - halfWidth));
    const to = Math.min(width - 1, Math.ceil(light.x + halfWidth));
    const fade = Math.max(1, light.radius * light.softness);
    for (let x = from; x <= to; x += 1) {
      const inside = light.radius - Math.hypot(x - light.x, above);
      if (inside > 0) blend(row, x, light.colour, light.strength * Math.min(1, inside / fade));
    }
  }
  for (const { colour, ridge } of scene.hills) {
    for (let x = 0; x < width; x += 1) {
      // The ridge runs through the pixel: it covers part of it.
      const cover = y - (ridge[x] ?? height) + 0.5;
      if (cover > 0) blend(row, x, colour, Math.min(1, cover));
    }
  }
}

function blend(row: Uint8Array, x: number, colour: Colour, cover: number): void {
  const at = x * 3;
  const rest = 1 - cover;
  row[at] = colour[0] * cover + (row[at] ?? 0) * rest;
  row[at + 1] = colour[1] * cover + (row[at + 1] ?? 0) * rest;
  row[at + 2] = colour[2] * cover + (row[at + 2] ?? 0) * rest;
}
