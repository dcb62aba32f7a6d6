// Every format of a result, once: which form of the result it is made of, the endings of files that ask for it, and who writes
// it. A new format is a file in formats/ and a line here; then every command that has the form prints it.

import type { Diagram } from './drawing/diagram.js';
import type { Scene } from './drawing/scene.js';
import { latex } from './formats/latex.js';
import { markdown } from './formats/markdown.js';
import { csv, tsv } from './formats/separated.js';
import type { Page } from './page.js';

/** The forms that a result may have. */
export interface Contents {
  /** What people read. */
  readonly page: Page;
  /** The whole, for programs. */
  readonly json: object;
  /** A record after the other, each by itself. */
  readonly lines: Iterable<object>;
  /** A heading and rows, raw figures. */
  readonly records: readonly (readonly string[])[];
  /** A file that cnncalc reads itself: a spec, a sheet. */
  readonly yaml: string;
  /** Learned tensors, as the bytes of a .safetensors file. */
  readonly weights: Iterable<Uint8Array>;
  /** Graded cells as JUnit's XML. */
  readonly junit: string;
  /** Graded cells as Gradescope's results.json. */
  readonly gradescope: object;
  /** Code for other programs, and models as they read them; see export/targets.ts. */
  readonly pytorch: string;
  readonly onnx: Iterable<Uint8Array>;
  readonly keras: string;
  readonly 'keras-json': object;
  /** A network as boxes and arrows, which the other program lays out. */
  readonly diagram: Diagram;
  /** Shapes where they stand. */
  readonly scene: Scene;
  /** A network as a page in which it is edited; see page/document.ts. */
  readonly html: string;
}

export type Form = keyof Contents;

/** Draws a page on a terminal; handed in, since only a command line has one. */
export type Draw = (page: Page) => Promise<string>;

/** A form, or parts of it that are each written as one, one behind the other, as they come. */
export type Coming<T> = T | AsyncIterable<T>;

/** A text, or bytes piece by piece. */
export type Written = string | Iterable<Uint8Array>;

export interface Format<F extends Form = Form> {
  readonly from: F;
  /** Without the dot, the usual one first. */
  readonly endings: readonly string[];
  /** By endings that ask for something else of its family: Keras in a .json file is a model, not code. */
  readonly otherwise?: Readonly<Record<string, string>>;
  write(content: Contents[F], draw: Draw): Written | Promise<Written>;
}

type AnyFormat = { [F in Form]: Format<F> }[Form];

const jsonText = (json: object): string => `${JSON.stringify(json, null, 2)}\n`;

const jsonLines = (lines: Iterable<object>): string => [...lines].map((line) => `${JSON.stringify(line)}\n`).join('');

const same = <T>(written: T): T => written;

export const FORMATS = {
  table: { from: 'page', endings: ['txt'], write: (page: Page, draw: Draw) => draw(page) },
  json: { from: 'json', endings: ['json'], write: jsonText },
  jsonl: { from: 'lines', endings: ['jsonl', 'ndjson'], write: jsonLines },
  csv: { from: 'records', endings: ['csv'], write: csv },
  tsv: { from: 'records', endings: ['tsv'], write: tsv },
  markdown: { from: 'page', endings: ['md', 'markdown'], write: markdown },
  latex: { from: 'page', endings: ['tex'], write: latex },
  yaml: { from: 'yaml', endings: ['yaml', 'yml'], write: same<string> },
  safetensors: { from: 'weights', endings: ['safetensors'], write: same<Iterable<Uint8Array>> },
  junit: { from: 'junit', endings: ['xml'], write: same<string> },
  gradescope: { from: 'gradescope', endings: [], write: jsonText },
  pytorch: { from: 'pytorch', endings: ['py'], write: same<string> },
  onnx: { from: 'onnx', endings: ['onnx'], write: same<Iterable<Uint8Array>> },
  keras: { from: 'keras', endings: [], otherwise: { json: 'keras-json' }, write: same<string> },
  'keras-json': { from: 'keras-json', endings: ['json'], write: jsonText },
  html: { from: 'html', endings: ['html', 'htm'], write: same<string> },
  // Few ask for a drawing: what writes it is loaded by those.
  svg: {
    from: 'scene',
    endings: ['svg'],
    write: async (scene: Scene) => (await import('./formats/scene-svg.js')).sceneSvg(scene),
  },
  tikz: {
    from: 'scene',
    endings: ['tikz'],
    write: async (scene: Scene) => (await import('./formats/scene-tikz.js')).sceneTikz(scene),
  },
  dot: {
    from: 'diagram',
    endings: ['dot', 'gv'],
    write: async (diagram: Diagram) => (await import('./formats/dot.js')).dot(diagram),
  },
  mermaid: {
    from: 'diagram',
    endings: ['mmd', 'mermaid'],
    write: async (diagram: Diagram) => (await import('./formats/mermaid.js')).mermaid(diagram),
  },
} satisfies Readonly<Record<string, AnyFormat>>;

export type FormatName = keyof typeof FORMATS;

/** The formats that are made of one of the forms, by name. */
export const formatsOf = (forms: readonly Form[]): readonly FormatName[] =>
  (Object.keys(FORMATS) as FormatName[]).filter((name) => forms.includes(FORMATS[name].from));
