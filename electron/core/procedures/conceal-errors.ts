import { ORPCError, os } from '@orpc/server';

/**
 * Middleware: what a procedure throws on purpose (an `ORPCError`) passes; anything else leaves as "Internal error",
 * because its message may hold paths, keys or bodies.
 */
export const concealErrors = os.middleware(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    throw new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Internal error', cause: error });
  }
});
