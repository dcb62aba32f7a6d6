// A spec's text -> Graph. Reading the text is yaml.ts and notation.ts, what it says is file.ts.

import type { Parsed } from '../core/graph.js';
import { build, type ParseOptions } from './file.js';
import { match } from './match.js';
import { readNotation } from './notation.js';
import { readYaml } from './yaml.js';

/** Reads a spec. Never throws on any text: what is wrong comes back as diagnostics beside what could be built. */
export const parse = (text: string, options: ParseOptions): Parsed => build(readYaml(text), { match, ...options });

/** Reads course notation (`INPUT 128x128x3; CONV-9-32; POOL-2; FC-3`); `pad` is what it leaves unsaid. */
export const parseNotation = (text: string, pad: 'same' | 'valid', options: ParseOptions): Parsed =>
  build(readNotation(text, pad), options);
