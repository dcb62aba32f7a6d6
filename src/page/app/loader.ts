// Unpacks the program that stands in the page, and starts it. Where that cannot be, the page stays the report that it is.

import { unpack } from '../packing.js';
import { unlzma } from '../unlzma.js';

const start = (): void => {
  try {
    const script = document.createElement('script');
    script.textContent = new TextDecoder().decode(
      unlzma(unpack(document.getElementById('program')?.textContent ?? '')),
    );
    document.head.append(script);
  } catch {
    const [note] = document.getElementsByClassName('still');
    if (!note) return;
    note.textContent =
      'A report by cnncalc. This browser is too old for the workbench that is in it: one from 2023 or later runs it.';
    // It stays where scripts run.
    note.className = 'dim';
  }
};

// The report is on the screen before that takes its time. Where nobody sees it, there are no frames to wait for.
if (document.hidden) start();
else requestAnimationFrame(() => setTimeout(start));
