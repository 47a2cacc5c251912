/**
 * The headers of the OpenAI SDK under Node, one per line, without the content-length. No compression is asked for, so
 * that every contestant sends the same bytes.
 */
export function clientHeaders(port: number, key: string): string[] {
  return [
    `host: 127.0.0.1:${port}`,
    'connection: keep-alive',
    'accept: application/json',
    'accept-encoding: identity',
    'accept-language: *',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    'sec-fetch-mode: cors',
    'user-agent: OpenAI/JS 7.57.0',
    'x-stainless-arch: x64',
    'x-stainless-lang: js',
    'x-stainless-os: Linux',
    'x-stainless-package-version: 7.57.0',
    'x-stainless-retry-count: 0',
    'x-stainless-runtime: node',
    'x-stainless-runtime-version: v24.21.0',
    'x-stainless-timeout: 600',
  ];
}
