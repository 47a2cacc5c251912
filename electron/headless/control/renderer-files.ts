import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One file of the built page, with the headers it is to be sent with. */
export interface RendererFile {
  readonly contents: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The files of the built renderer in `folder`, by their URL path; `/` is `index.html`. A path is looked up in the list
 * of files that are really there and is never joined to a folder name, so no path can lead out of it. Links in the
 * folder are not followed, source maps are not served. Gives null for what is not in the list.
 */
export class RendererFiles {
  readonly #folder: string;
  #filesByUrlPath: ReadonlyMap<string, string> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(urlPath: string): Promise<RendererFile | null> {
    const wanted = urlPath === '/' ? '/index.html' : urlPath;
    // Listed anew on a miss: a new build has new names.
    if (!this.#filesByUrlPath.has(wanted)) this.#filesByUrlPath = await listFiles(this.#folder);
    const file = this.#filesByUrlPath.get(wanted);
    const contentType = contentTypes[path.extname(wanted)];
    if (file === undefined || contentType === undefined) return null;
    const contents = await readFile(file).catch(() => null);
    return contents && { contents, contentType, cacheControl: cacheControlOf(wanted) };
  }
}

async function listFiles(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [`/${path.relative(folder, file).split(path.sep).join('/')}`, file];
      }),
  );
}

/** Vite puts a hash of the contents into the name of everything below `assets/`; such a name never changes its contents. */
function cacheControlOf(urlPath: string): string {
  if (urlPath.endsWith('.html')) return 'no-store';
  return urlPath.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
