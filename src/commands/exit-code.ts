// The exit code that diagnostics come to.

import type { Diagnostic } from '../core/diagnostic.js';

/** 2 where the network cannot be analysed in full, 1 where it can and an expectation or a budget is broken. */
export const exitCode = (diagnostics: readonly Diagnostic[], strict: boolean): number => {
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.some((d) => d.code !== 'expect/broken' && !d.code.startsWith('budget/'))) return 2;
  return errors.length > 0 || (strict && diagnostics.some((d) => d.severity === 'warning')) ? 1 : 0;
};
