// Ctrl-C for work that writes as it goes: what was begun is finished, and then it ends.

import type { Io } from '../../io.js';

export interface Interrupt {
  readonly isHeard: boolean;
  /** Fulfilled at Ctrl-C. */
  readonly stopped: Promise<void>;
  /** From then on Ctrl-C ends the process. */
  readonly forget: () => void;
}

export const interruptOf = (io: Io): Interrupt => {
  let isHeard = false;
  let hear = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const forget = io.onInterrupt(() => {
    isHeard = true;
    hear();
  });
  return {
    get isHeard() {
      return isHeard;
    },
    stopped,
    forget,
  };
};
