/** Follows a one-time link as a browser would, and gives what a caller of the procedures has to send from then on. */
export async function enterPage(link: string): Promise<{ url: string; headers: Record<string, string> }> {
  const response = await fetch(link, { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(`The link was not taken: ${response.status}`);
  const { origin } = new URL(link);
  return { url: `${origin}/rpc`, headers: { cookie, origin } };
}
