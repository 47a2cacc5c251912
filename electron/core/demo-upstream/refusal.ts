/** Why the demo upstream does not do what was asked, ready to be sent. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What of a refusal may differ from the usual: no param, no headers, type `invalid_request_error`. */
export interface RefusalDetails {
  readonly param?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes a refusal. `message` says what to do; `code` is stable. */
export function refusal(
  status: number,
  code: string | null,
  message: string,
  details: RefusalDetails = {},
): Refusal {
  return {
    kind: 'refusal',
    status,
    message,
    type: details.type ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
    code,
    param: details.param ?? null,
    headers: details.headers ?? {},
  };
}

/** Tells a refusal from any other result. */
export function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'refusal';
}

/** The refusal as OpenAI writes errors: https://platform.openai.com/docs/guides/error-codes. */
export function refusalBody(refused: Refusal): { error: Record<string, string | null> } {
  return {
    error: { message: refused.message, type: refused.type, code: refused.code, param: refused.param },
  };
}
