import type { ChildProcess } from 'node:child_process';
import type { Command } from '../child-processes.ts';

/** The contestants' names, in the order of the report. */
export const contestantNames = ['direct', 'nginx', 'pipe', 'cody', 'cody-plain', 'portkey'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** Where a contestant is to listen, where its upstream is, and a folder of its own. */
export interface Place {
  port: number;
  upstreamPort: number;
  folder: string;
}

/** One thing that can stand between client and upstream. */
export interface Contestant {
  name: ContestantName;
  /** What it is, in a few words for the report. */
  about: string;
  /** The command that runs it in the foreground; null for the direct way, which needs none. */
  command: ((place: Place) => Command) | null;
  /** Whether it prints the line `{"proxy":…,"clientKey":…}` when it listens; otherwise it is ready when it accepts. */
  announces: boolean;
  /** A path that it answers itself, without the upstream. */
  healthPath: string;
  /** The processes that do its work. */
  workers(child: ChildProcess): number[];
  /** Path and further headers that lead a chat request to the upstream with the parameters given. */
  route(upstreamPort: number, parameters: string): { path: string; headers: string[] };
}

/** The way of those who pass address and query on: the chat path with the upstream's parameters as its query. */
export function plainRoute(_upstreamPort: number, parameters: string): { path: string; headers: string[] } {
  const query = parameters === '' ? '' : `?${parameters}`;
  return { path: `/v1/chat/completions${query}`, headers: [] };
}

/** The workers of a contestant that is one process. */
export function oneProcess(child: ChildProcess): number[] {
  return child.pid === undefined ? [] : [child.pid];
}
