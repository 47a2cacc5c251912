import { createHash } from 'node:crypto';
import { contentSecurityPolicy } from './security-headers.ts';

/** Why the user sees this page instead of the status page. */
export type EnterPageReason = 'no_session' | 'link_spent' | 'page_not_built';

const texts = {
  en: {
    no_session: {
      title: 'Open this page with its link',
      body: 'Cody Desktop is running, but this browser has not been let in yet. Look at the terminal where Cody Desktop runs: press Enter there for a new link.',
    },
    link_spent: {
      title: 'This link has been used or is too old',
      body: 'Each link works once, within ten minutes. Look at the terminal where Cody Desktop runs: press Enter there for a new link.',
    },
    page_not_built: {
      title: 'The page has not been built',
      body: 'Run “npm run build” in the folder of Cody Desktop, then reload this page.',
    },
  },
  ru: {
    no_session: {
      title: 'Откройте эту страницу по ссылке',
      body: 'Cody Desktop работает, но этот браузер ещё не впущен. Посмотрите в терминал, где запущен Cody Desktop: нажмите там Enter, чтобы получить новую ссылку.',
    },
    link_spent: {
      title: 'Ссылка уже использована или устарела',
      body: 'Каждая ссылка действует один раз и не дольше десяти минут. Посмотрите в терминал, где запущен Cody Desktop: нажмите там Enter, чтобы получить новую ссылку.',
    },
    page_not_built: {
      title: 'Страница не собрана',
      body: 'Выполните «npm run build» в папке Cody Desktop и обновите эту страницу.',
    },
  },
} as const satisfies Record<string, Record<EnterPageReason, { title: string; body: string }>>;

const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#dfe2e8;--text:#16181d;--quiet:#565c68}
@media (prefers-color-scheme:dark){:root{--page:#131417;--card:#1b1d21;--line:#30333a;--text:#eceef2;--quiet:#a2a8b4}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text);
font:15px/24px system-ui,sans-serif}
main{box-sizing:border-box;width:min(440px,calc(100vw - 32px));padding:32px;border:1px solid var(--line);
border-radius:8px;background:var(--card)}
h1{margin:0 0 8px;font-size:20px;line-height:28px;font-weight:600;text-wrap:balance}
p{margin:0;color:var(--quiet)}
footer{margin-top:24px;font-size:13px;line-height:20px;color:var(--quiet)}`;

/** Lets in exactly this page's own style sheet (CSP3 hash source); nothing else is inline. */
const enterPagePolicy = contentSecurityPolicy.replace(
  `style-src 'self'`,
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
);

/** The small page that says how to get in, in Russian where the browser asks for it first, else in English. */
export function renderEnterPage(options: {
  reason: EnterPageReason;
  acceptLanguage: string | undefined;
  version: string;
}): { html: string; contentSecurityPolicy: string } {
  const locale = prefersRussian(options.acceptLanguage) ? 'ru' : 'en';
  const { title, body } = texts[locale][options.reason];
  const html = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Cody Desktop</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${body}</p>
<footer>Cody Desktop ${options.version.replaceAll(/[^\w.+-]/g, '')}</footer>
</main>
</body>
</html>
`;
  return { html, contentSecurityPolicy: enterPagePolicy };
}

function prefersRussian(acceptLanguage: string | undefined): boolean {
  return /^\s*ru\b/i.test(acceptLanguage ?? '');
}
