/** The address of a kept file on the listener with that port. */
export function keptFileUrl(port: number, name: string): string {
  return `http://127.0.0.1:${port}${folder}${name}`;
}

/**
 * The name of the kept file that a request target asks for; null if it asks for something else. Only names of the form
 * that is given out count: `/files/…` without `/v1` is also how some tools spell OpenAI's Files API, whose ids begin with
 * `file-`.
 */
export function readKeptFileName(target: string): string | null {
  return target.startsWith(folder) ? (keptFileTarget.exec(target)?.[1] ?? null) : null;
}

const folder = '/files/';
const keptFileTarget = /^\/files\/([0-9a-f]{32}\.[a-z]{3,4})(?:\?|$)/;
