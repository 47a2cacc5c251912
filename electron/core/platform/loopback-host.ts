/**
 * Whether a URL's host name means this computer: 127.0.0.0/8, [::1], `localhost` and names below it (RFC 6761, section
 * 6.3). Takes the name as `URL.hostname` writes it, IPv6 in brackets.
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
