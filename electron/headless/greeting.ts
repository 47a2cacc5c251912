import type { AppInfo } from '../../shared/contract/app.ts';
import type { CodyKeyStatus } from '../../shared/contract/cody-key.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';

/** What the first lines tell. */
export interface GreetingFacts {
  readonly info: AppInfo;
  readonly proxy: ProxyState;
  readonly codyKey: CodyKeyStatus;
  readonly clientKey: string;
  /** A fresh one-time link to the status page; null without a page. */
  readonly link: string | null;
}

/** The one line of `--json`. */
export function formatJsonLine(facts: GreetingFacts, uiUrl: string | null, pid: number): string {
  return JSON.stringify({ proxy: facts.proxy.baseUrl, ui: uiUrl, clientKey: facts.clientKey, pid });
}

/** The first lines for people: what listens, where answers come from, and a line to paste. */
export function formatGreeting({ info, proxy, codyKey, clientKey, link }: GreetingFacts): string {
  const lines: string[] = [];
  if (info.demo) {
    lines.push(
      '  *** DEMO: every answer is INVENTED by the built-in demo upstream. ***',
      codyKey.source === 'none'
        ? '  *** There is no Cody key yet. Save one on the status page, or set CODY_API_KEY. ***'
        : '  *** There is a Cody key, but the demo was asked for (--demo, or the setting upstream.demo). ***',
      '',
    );
  }
  lines.push(`Cody Desktop ${info.version}`);
  if (proxy.baseUrl === null) {
    lines.push('  Local endpoint   off (it was switched off; switch it on again on the status page)');
  } else {
    lines.push(`  Local endpoint   ${proxy.baseUrl}   (for tools: base URL)`);
  }
  lines.push(
    `  Client key       ${clientKey}   (for tools: API key)`,
    `  Upstream         ${info.demo ? `demo (${info.upstreamBaseUrl})` : info.upstreamBaseUrl}`,
    `  Cody key         ${describeKey(codyKey)}`,
  );
  if (link !== null)
    lines.push(
      `  Status page      ${link}`,
      '                   (works once; press Enter here for a new link)',
    );
  if (proxy.baseUrl !== null) lines.push('', 'Try it:', curlLine(proxy.baseUrl, clientKey));
  lines.push('', 'Ctrl+C ends it.');
  return lines.join('\n');
}

function curlLine(baseUrl: string, clientKey: string): string {
  const body = '{"model":"gpt-5.2","messages":[{"role":"user","content":"A short story about a kitten"}]}';
  return `  curl ${baseUrl}/chat/completions -H "Authorization: Bearer ${clientKey}" -H "Content-Type: application/json" -d '${body}'`;
}

function describeKey({ source, store }: CodyKeyStatus): string {
  const trouble = store.reason === null ? '' : ` ${store.reason}`;
  switch (source) {
    case 'environment':
      return 'from the environment';
    case 'keychain':
      return `kept in ${store.name}`;
    case 'memory':
      return `for this run only.${trouble}`;
    case 'none':
      return `none yet.${trouble}`;
  }
}
