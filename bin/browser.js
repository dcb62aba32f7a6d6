// Starts the system's browser with a file. Loaded by whoever plays.

const { spawn } = require('node:child_process');

/** The program that opens a file as its owner wants it, by the system. */
const OPENERS = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
};

/** Whether there is a screen to open it on. */
const hasScreen = () =>
  process.platform in OPENERS || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.BROWSER);

/** Resolves to whether it was started. */
exports.open = (file) => {
  if (!hasScreen()) return Promise.resolve(false);
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...words, file], { detached: true, stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
};
