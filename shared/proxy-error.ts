/**
 * Every error that the proxy itself answers with, in one place: its stable `code`, the HTTP status and OpenAI's error
 * `type` (https://platform.openai.com/docs/guides/error-codes). Errors of the upstream are passed on untouched and are
 * not listed here.
 *
 * `retry` becomes the `x-should-retry` header, which the official SDKs obey before they look at the status: `true` asks
 * for another try, `false` forbids it, absent leaves it to the SDK.
 */
export const proxyErrors = {
  malformed_http: { status: 400, type: 'invalid_request_error', retry: false },
  invalid_request_target: { status: 400, type: 'invalid_request_error', retry: false },
  invalid_json: { status: 400, type: 'invalid_request_error', retry: false },
  group_not_available: { status: 400, type: 'invalid_request_error', retry: false },
  cody_key_missing: { status: 401, type: 'authentication_error', retry: false },
  invalid_client_key: { status: 401, type: 'authentication_error', retry: false },
  host_not_allowed: { status: 403, type: 'permission_error', retry: false },
  origin_not_allowed: { status: 403, type: 'permission_error', retry: false },
  model_not_allowed: { status: 403, type: 'permission_error', retry: false },
  group_not_allowed: { status: 403, type: 'permission_error', retry: false },
  file_not_found: { status: 404, type: 'invalid_request_error', retry: false },
  method_not_allowed: { status: 405, type: 'invalid_request_error', retry: false },
  request_timeout: { status: 408, type: 'invalid_request_error', retry: false },
  request_too_large: { status: 413, type: 'invalid_request_error', retry: false },
  range_not_satisfiable: { status: 416, type: 'invalid_request_error', retry: false },
  queue_full: { status: 429, type: 'rate_limit_error', retry: undefined },
  queue_timeout: { status: 429, type: 'rate_limit_error', retry: undefined },
  budget_exceeded: { status: 429, type: 'rate_limit_error', retry: false },
  request_headers_too_large: { status: 431, type: 'invalid_request_error', retry: false },
  internal_error: { status: 500, type: 'server_error', retry: false },
  upstream_unreachable: { status: 502, type: 'upstream_error', retry: true },
  upstream_refused: { status: 502, type: 'upstream_error', retry: true },
  upstream_reset: { status: 502, type: 'upstream_error', retry: false },
  upstream_dns_failed: { status: 502, type: 'upstream_error', retry: undefined },
  upstream_tls_failed: { status: 502, type: 'upstream_error', retry: false },
  upstream_invalid_answer: { status: 502, type: 'upstream_error', retry: false },
  outgoing_proxy_failed: { status: 502, type: 'upstream_error', retry: false },
  proxy_switched_off: { status: 503, type: 'server_error', retry: false },
  upstream_connect_timeout: { status: 504, type: 'upstream_error', retry: true },
  upstream_first_byte_timeout: { status: 504, type: 'upstream_error', retry: false },
  upstream_idle_timeout: { status: 504, type: 'upstream_error', retry: false },
  loop_detected: { status: 508, type: 'invalid_request_error', retry: false },
} as const satisfies Record<string, ProxyErrorKind>;

/** The stable code of an error that the proxy itself answers with. */
export type ProxyErrorCode = keyof typeof proxyErrors;

type ProxyErrorKind = {
  readonly status: number;
  readonly type: string;
  readonly retry: boolean | undefined;
};

/** The body of every error answer: OpenAI's shape, so that the official SDKs make their own error classes of it. */
export type ErrorBody = {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: ProxyErrorCode;
    readonly param: string | null;
  };
};
