/** An address made uniform, or what is wrong with it and what to write. */
export type NormalizedBaseUrl = { ok: true; baseUrl: string } | { ok: false; message: string };

const endpointSuffix = /\/(?:chat\/completions|completions|responses|models|images\/generations|embeddings)$/;

/**
 * Makes an upstream's base URL of what people paste: spaces around it, query, fragment and slashes at the end go, an
 * endpoint (`/chat/completions`, `/models` …) at the end too, `/v1/v1` becomes `/v1`, and where no path is left it is
 * `/v1`. Other paths stay (`/api/v1`, `/v1beta/openai`). The same again for its own result.
 *
 * Refuses what is no http(s) address, and user names and passwords in it: the file would keep them in plain text.
 */
export function normalizeBaseUrl(text: string): NormalizedBaseUrl {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) {
    return {
      ok: false,
      message: 'Write the upstream as an http or https address, such as https://codyapi.ru/v1.',
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      ok: false,
      message:
        'Leave user name and password out of the upstream’s address, and enter the key as the Cody key.',
    };
  }
  let path = url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  while (endpointSuffix.test(path)) path = path.replace(endpointSuffix, '');
  path = path.replaceAll(/(?:\/v1){2,}(?=\/|$)/g, '/v1');
  return { ok: true, baseUrl: `${url.origin}${path === '' ? '/v1' : path}` };
}
