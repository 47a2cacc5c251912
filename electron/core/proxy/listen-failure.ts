import type { ListenFailure } from '../../../shared/contract/proxy.ts';
import { findFreePort } from '../platform/free-port.ts';
import { findPortHolder } from '../platform/port-holder.ts';
import type { ListenError } from './listening.ts';

/** Says in words why the port could not be listened on, who holds it where that can be known, and offers another port. */
export async function describeListenError(
  error: ListenError,
  platform: NodeJS.Platform,
): Promise<ListenFailure> {
  const { code, port } = error;
  const nextFreePort = await findFreePort(port);
  const offer = nextFreePort === null ? '' : ` Port ${nextFreePort} is free.`;
  if (code === 'EADDRINUSE') {
    const holder = await findPortHolder(port, platform);
    const who = holder ?? 'another program';
    return {
      code: 'port_in_use',
      message: `Port ${port} is in use by ${who}. End that program or choose another port.${offer}`,
      port,
      holder,
      nextFreePort,
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const why =
      platform === 'win32'
        ? 'Windows keeps it for itself (see: netsh interface ipv4 show excludedportrange protocol=tcp)'
        : 'The system does not allow it; ports below 1024 need special rights';
    return {
      code: 'port_forbidden',
      message: `Port ${port} cannot be used. ${why}. Choose another port.${offer}`,
      port,
      holder: null,
      nextFreePort,
    };
  }
  if (code === 'EADDRNOTAVAIL') {
    return {
      code: 'address_unavailable',
      message: `The address ${error.host} is not there. Check that this computer's loopback network is up.`,
      port,
      holder: null,
      nextFreePort: null,
    };
  }
  return {
    code: 'listen_failed',
    message: `Port ${port} cannot be listened on (${code}). Choose another port.${offer}`,
    port,
    holder: null,
    nextFreePort,
  };
}
