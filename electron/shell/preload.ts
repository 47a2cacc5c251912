import { ipcRenderer } from 'electron';

/**
 * The preload script: hands the window one MessagePort to the core and knows nothing of what goes through it. The page
 * asks once, by the message `cody-door-wanted`, and gets the port by `cody-door`.
 */
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || event.data !== 'cody-door-wanted') return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage('cody-door', null, [port2]);
  window.postMessage('cody-door', '*', [port1]);
});
