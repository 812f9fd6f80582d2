import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// A busy machine is no fault of the page.
configure({ asyncUtilTimeout: 60_000 });

// jsdom draws nothing, and so lacks what depends on drawing.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
// The gallery draws what fits into its scroller.
for (const [name, pixels] of Object.entries({ clientWidth: 800, clientHeight: 600, offsetHeight: 600 })) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => pixels });
}

/** A socket that never opens: pages then ask for news themselves. */
class ClosedSocket {
  onopen = null;
  onmessage = null;
  onclose = null;
  close() {}
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  window.location.hash = "";
  vi.stubGlobal("WebSocket", ClosedSocket);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
