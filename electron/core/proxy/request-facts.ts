/** What the guards and the exchange need of a request's headers, read in one pass over the raw ones. */
export interface RequestFacts {
  readonly host: string | null;
  readonly hostCount: number;
  readonly origin: string | null;
  /** `Sec-Fetch-Site`, which browsers send and pages cannot forge (https://www.w3.org/TR/fetch-metadata/). */
  readonly fetchSite: string | null;
  /** The client keys as presented, by `Authorization: Bearer`, `x-api-key` and `api-key`; some tools send several. */
  readonly presentedKeys: readonly string[];
  readonly contentType: string;
  readonly contentEncoding: string | null;
  readonly contentLength: string | null;
  readonly isChunked: boolean;
  readonly expectsContinue: boolean;
  /** The proxies this request has come through, as `hopHeader` names them. */
  readonly hops: string | null;
  /** The group of providers that `x-cody-group` asks for. */
  readonly groupInHeader: string | null;
  readonly userAgent: string | null;
  /** Name, value, name, value …: the headers that go up, lower case, as they came. */
  readonly passedUp: string[];
}

/** Names the proxies that a request has come through, so that a loop of proxies ends at once. */
export const hopHeader = 'x-cody-hop';

/** Reads the raw headers (name, value, name, value …). `goesUp` says which of them go to the upstream. */
export function readRequestFacts(
  rawHeaders: readonly string[],
  goesUp: (name: string) => boolean,
): RequestFacts {
  let host: string | null = null;
  let hostCount = 0;
  let origin: string | null = null;
  let fetchSite: string | null = null;
  let authorization: string | null = null;
  let xApiKey: string | null = null;
  let apiKey: string | null = null;
  let contentType = '';
  let contentEncoding: string | null = null;
  let contentLength: string | null = null;
  let isChunked = false;
  let expectsContinue = false;
  let hops: string | null = null;
  let groupInHeader: string | null = null;
  let userAgent: string | null = null;
  const passedUp: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    switch (name) {
      case 'host':
        host = value;
        hostCount++;
        break;
      case 'origin':
        origin = value;
        break;
      case 'sec-fetch-site':
        fetchSite = value;
        break;
      case 'authorization':
        authorization = value;
        break;
      case 'x-api-key':
        xApiKey = value;
        break;
      case 'api-key':
        apiKey = value;
        break;
      case 'content-type':
        contentType = value;
        break;
      case 'content-encoding':
        // A coding that codes nothing (RFC 9110, section 8.4.1).
        contentEncoding = value.trim().toLowerCase() === 'identity' ? null : value;
        break;
      case 'content-length':
        contentLength = value;
        break;
      case 'transfer-encoding':
        isChunked = true;
        break;
      case 'expect':
        expectsContinue = value.toLowerCase() === '100-continue';
        break;
      case 'user-agent':
        userAgent = value;
        break;
      case 'x-cody-group':
        groupInHeader = value.trim();
        break;
      case hopHeader:
        hops = hops === null ? value : `${hops}, ${value}`;
        break;
      default:
        break;
    }
    if (goesUp(name)) passedUp.push(name, value);
  }
  const presentedKeys: string[] = [];
  const token = bearerToken(authorization);
  if (token !== null) presentedKeys.push(token);
  if (xApiKey !== null) presentedKeys.push(xApiKey);
  if (apiKey !== null) presentedKeys.push(apiKey);
  return {
    host,
    hostCount,
    origin,
    fetchSite,
    presentedKeys,
    contentType,
    contentEncoding,
    contentLength,
    isChunked,
    expectsContinue,
    hops,
    groupInHeader,
    userAgent,
    passedUp,
  };
}

/** The token of a Bearer authorization (RFC 6750, section 2.1); null for another scheme or none. */
function bearerToken(authorization: string | null): string | null {
  if (authorization === null || authorization.length < 8) return null;
  return authorization.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : null;
}

/** The value of the hop header for the next hop: those a request has come through, and this one. */
export function nextHops({ hops }: Pick<RequestFacts, 'hops'>, instanceId: string): string {
  return hops === null ? instanceId : `${hops}, ${instanceId}`;
}
