import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../shared/contract/contract.ts';

/**
 * All the window may ask of the core, typed by the contract. Features know this and not which transport is behind it.
 * A call that fails rejects: with an `ORPCError` if the core answered, with another error if it could not be reached.
 */
export type Door = ContractRouterClient<typeof contract>;
