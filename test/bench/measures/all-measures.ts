import { cancel } from './cancel.ts';
import { loopDelay } from './loop-delay.ts';
import type { Measure } from './measure.ts';
import { heldStreams, slowReader } from './memory.ts';
import { queue } from './queue.ts';
import { burst, firstByte, largeBodies, smallRequests } from './requests.ts';
import { start } from './start.ts';
import { transit } from './transit.ts';

/** All that is measured, in the order of a round. */
export const allMeasures: readonly Measure[] = [
  smallRequests(1),
  smallRequests(16),
  smallRequests(64),
  firstByte,
  transit,
  burst,
  largeBodies('agent-256k', 900),
  largeBodies('picture-4m', 1200),
  loopDelay('agent-256k', 900, 4),
  loopDelay('picture-4m', 1400, 20),
  loopDelay('picture-16m', 1800, 80),
  cancel('before', { kind: 'never' }, { body: 'chat-stream', leaveAt: 'before-answer' }),
  cancel('mid', { kind: 'hold' }, { body: 'chat-stream', leaveAt: 'mid-answer' }),
  cancel('plain', { kind: 'never' }, { body: 'chat', leaveAt: 'before-answer' }),
  heldStreams,
  slowReader,
  queue,
  start,
];
