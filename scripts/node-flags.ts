/**
 * How Node is started for the headless host. A small young generation lets V8 free the buffers of passing bodies soon:
 * it counts their memory only when it collects, and a 200-MiB upload would else leave some sixty megabytes behind.
 */
export const headlessNodeFlags: readonly string[] = ['--max-semi-space-size=1'];
