import { readdirSync, readFileSync } from 'node:fs';

/**
 * Nanoseconds that the scheduler has given to all threads of the processes (`/proc/PID/task/TID/schedstat`, first field).
 * Threads that have ended are not in it. Linux only.
 */
export function cpuNs(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const counts = readIfThere(`/proc/${pid}/task/${thread}/schedstat`);
      total += Number(counts.split(' ')[0] ?? 0);
    }
  }
  return total;
}

/** Resident memory of the processes in KiB (`VmRSS` of `/proc/PID/status`). Linux only. */
export function residentKib(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    total += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }
  return total;
}

/** The processes whose parent is `pid`. Linux only. */
export function childrenOf(pid: number): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes
    .filter((name) => {
      const status = readIfThere(`/proc/${name}/stat`);
      // The fields after the command name, which may hold blanks and brackets itself: state, parent, …
      return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    })
    .map(Number);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
