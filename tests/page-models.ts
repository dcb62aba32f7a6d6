// Models of the page for tests of its views: of bundled networks, of texts, with something chosen or set. No assertions.

import { modelOf } from '../src/page/model.js';
import { NOTHING_SELECTED } from '../src/page/state.js';
import type { Deed, Model } from '../src/page/view.js';
import { bundled } from './bundled.js';

export const modelOfText = (text: string, layer: string | null = null): Model =>
  modelOf({ name: 'net.yaml', text, said: {}, selection: { ...NOTHING_SELECTED, layer }, settings: {} });

/** Without what lint says, and without its text. */
export const modelOfBundled = (name: string, layer: string | null = null): Model => ({
  state: { name, text: '', said: {}, selection: { ...NOTHING_SELECTED, layer }, settings: {} },
  analysis: bundled(name),
  source: { name, lines: [] },
});

/** What somebody did; what is not said did not happen. */
export const deed = (done: Partial<Deed> = {}): Deed => ({
  data: {},
  value: '',
  at: null,
  pressed: false,
  key: null,
  ...done,
});

/** A layer is chosen, and nothing of another one. */
export const chosen = (layer: string | null) => ({ selection: { layer, unit: null, cell: null } });

export const HOSTILE = '<img onerror> "\' \u202E 网络 & </svg><script>';

/** A chain of so many convolutions. */
export const chain = (count: number): string =>
  `input: 16x16x3\nlayers:\n${Array.from({ length: count }, (_, i) => `  - {conv: ${8 + (i % 5)}, kernel: 3, pad: 1, name: c${i}}\n`).join('')}`;

/** The pictures in some markup. */
export const pictures = (markup: string): readonly string[] => markup.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
