import { z } from 'zod';
import { routingSettings } from './routing-settings.ts';

/** The version of the settings file that this program writes. Raise it together with a migration in core/settings. */
export const settingsVersion = 1;

/** The Cody API's base URL: what every path after `/v1` of the proxy is appended to. */
export const defaultUpstreamBaseUrl = 'https://codyapi.ru/v1';

/**
 * Origins that are let in before the user allows any: loopback pages on any port, and the schemes of desktop and
 * web-view apps. `*` stands for any port or any host; see `core/proxy/origin-guard.ts`.
 */
export const defaultAllowedOrigins: readonly string[] = [
  'http://localhost:*',
  'https://localhost:*',
  'http://127.0.0.1:*',
  'https://127.0.0.1:*',
  'http://[::1]:*',
  'https://[::1]:*',
  'http://tauri.localhost',
  'https://tauri.localhost',
  'vscode-webview://*',
  'vscode-file://*',
  'app://*',
  'tauri://*',
  'file://*',
];

const port = z.int().min(0).max(65_535);
const milliseconds = z.int().min(1).max(86_400_000);

/** One entry of the origin list: `scheme://host[:port]`, where the host or the port may be `*`. Never `*` alone. */
export const allowedOrigin = z
  .string()
  .regex(/^(?:https?:\/\/[^\s/*]+(?::\*)?|(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^\s/]+|null)$/, {
    error:
      'Write an origin as scheme://host or scheme://host:port, such as https://example.com. A bare * is not allowed.',
  });

const upstreamUrl = z.url({
  protocol: /^https?$/,
  error: 'Write the upstream as an http or https address, such as https://codyapi.ru/v1.',
});

/** Everything the user can set, with its defaults. `settingsSchema.parse({})` gives the settings of a first start. */
export const settingsSchema = z.object({
  version: z.literal(settingsVersion).default(settingsVersion),
  proxy: z
    .object({
      /** Whether the user wants the proxy to listen. `unset` until the user has chosen once. */
      wish: z.enum(['unset', 'on', 'off']).default('unset'),
      /** The port of the local endpoint. 0 takes a free one, anew at each start. */
      port: port.default(2639),
    })
    .prefault({}),
  upstream: z
    .object({
      baseUrl: upstreamUrl.default(defaultUpstreamBaseUrl),
      /** When the embedded demo upstream answers instead: only while there is no key, always, or never. */
      demo: z.enum(['without-key', 'always', 'never']).default('without-key'),
      /** Names of request headers to let through to the upstream, beside those of the OpenAI and Anthropic APIs. */
      extraHeaders: z.array(z.string().regex(/^[a-z0-9-]+$/)).default([]),
    })
    .prefault({}),
  timeouts: z
    .object({
      /** To open a connection to the upstream. */
      connectMs: milliseconds.default(10_000),
      /** From sending the request to the first byte of the answer. Research and video models take minutes. */
      firstByteMs: milliseconds.default(600_000),
      /** Between two pieces of an answer. */
      idleMs: milliseconds.default(300_000),
    })
    .prefault({}),
  access: z
    .object({
      allowedOrigins: z.array(allowedOrigin).default([...defaultAllowedOrigins]),
      /** Whether tools on this computer must show a client key. */
      clientKeyRequired: z.boolean().default(true),
    })
    .prefault({}),
  /** What the Cody key is allowed; 0 = no limit. */
  limits: z
    .object({
      perMinute: z.int().min(0).max(100_000).default(40),
      perSecond: z.int().min(0).max(10_000).default(20),
      /** Further limits, each over any stretch of so many seconds. */
      more: z
        .array(z.object({ limit: z.int().min(1).max(1_000_000), seconds: z.int().min(1).max(86_400) }))
        .max(10)
        .default([]),
    })
    .prefault({}),
  routing: routingSettings.prefault({}),
  affinity: z
    .object({
      /** Whether a conversation's next turn goes to the provider that had the last, by an added `previous_request_id`. */
      enabled: z.boolean().default(true),
    })
    .prefault({}),
  streams: z
    .object({
      /**
       * Whether a client that waits for a stream gets its 200 and a comment every ten seconds once it has waited for fifteen,
       * so that its own time-out does not end the wait.
       */
      keepAlive: z.boolean().default(true),
    })
    .prefault({}),
  activity: z
    .object({
      /** Whether sums of each day (numbers of requests, tokens and cost by client, model and group) are kept on disk. */
      keepSums: z.boolean().default(true),
    })
    .prefault({}),
  /** What happens to requests beyond the limits: they wait their turn. */
  queue: z
    .object({
      /** How many may wait; one more is refused. */
      limit: z.int().min(0).max(100_000).default(200),
      /** How long one may wait before it is refused. */
      waitMs: milliseconds.default(120_000),
      /** How often a request is sent again after the upstream said 429 or 503 and when to come again. SDKs try again too. */
      retries: z.int().min(0).max(2).default(1),
    })
    .prefault({}),
});

/** The settings as the program reads them: complete and valid. */
export type Settings = z.infer<typeof settingsSchema>;

/** A change to some settings: any part of the tree; arrays are replaced whole. */
export type SettingsPatch = DeepPartial<Settings>;

type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;
