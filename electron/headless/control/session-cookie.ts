/** The session cookie's name. It carries the port because browsers share cookies between all ports of a host. */
export function sessionCookieName(port: number): string {
  return `cody_session_${port}`;
}

/** The `Set-Cookie` value (RFC 6265 section 4.1) of a session on `port`; forgotten when the browser closes. */
export function formatSessionCookie(port: number, token: string): string {
  return `${sessionCookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}

/**
 * All session tokens in a `Cookie` header (RFC 6265 section 4.2), in the order sent. There may be several of one name:
 * a page on another port can plant one with a longer path, which browsers send first, and must not lock the user out.
 */
export function readSessionCookies(cookieHeader: string | undefined, port: number): string[] {
  const prefix = `${sessionCookieName(port)}=`;
  return (cookieHeader ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
    .slice(0, 8);
}
