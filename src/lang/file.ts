// A spec's values -> Graph: the keys of the file (vars, variants, blocks, inputs), then build.ts for the layers.

import type { Code } from '../core/codes.js';
import { type Diagnostic, isFailure, type Place, write } from '../core/diagnostic.js';
import { Findings } from '../core/findings.js';
import {
  DTYPES,
  type Dtype,
  EMPTY_GRAPH,
  type Expectation,
  type Graph,
  isInput,
  type Parsed,
  readIn,
  unread,
} from '../core/graph.js';
import type { Registry } from '../core/layer.js';
import type { Layout, Shape } from '../core/shape.js';
import { Builder, type InputRead } from './build.js';
import { Declarations, NOTHING, variantsOf } from './declarations.js';
import { inBraces } from './edits.js';
import { dtypeElsewhere } from './elsewhere.js';
import { readExpectations } from './expect.js';
import type { Matcher } from './globs.js';
import { completedSizes, exampleOf, hangsOnOrder, MOST_INPUTS, type Order, parseSizes, readInput } from './input.js';
import { Lasting } from './lasting.js';
import { BUDGET, type Budget } from './limits.js';
import { readIgnores } from './lint.js';
import { meantKey, runTogether } from './meant.js';
import { ValueReader } from './reader.js';
import type { Scope } from './scope.js';
import { type Entry, isNull, lookup, type Mapping, plainScalar, type Value } from './values.js';
import { FILE_KEYS } from './words.js';

/** What may be said from outside the file. Overrides put the file's `expect:` out of force: they are about the file. */
export interface ParseOptions {
  readonly registry: Registry;
  /** One of the file's variants; the first by default. */
  readonly variant?: string;
  /** Vars by name, as expressions: `--set width=32`. */
  readonly set?: Readonly<Record<string, string>>;
  /** The shape of the input: `--input 256x256x3`, in `layout` where that is given, else in the file's. */
  readonly input?: string;
  readonly batch?: number;
  readonly dtype?: Dtype;
  /** The order in which shapes are printed, the file's own by default; and read, where the file leaves it in doubt. */
  readonly layout?: Layout;
  /** The layers that are frozen, by names with wildcards: `layer1.*`. */
  readonly freeze?: readonly string[];
  /** What names with wildcards match; without it they match nothing. */
  readonly match?: Matcher | undefined;
  /** Of what the text may ask for, another amount than the usual. */
  readonly most?: Partial<Budget>;
}

/** A text as values with their places: null where nothing is usable. */
export interface Read {
  readonly value: Value | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** The graph of a file that was read, or changed since. Who builds one read again and again hands on what lasts. */
export const build = (read: Read, options: ParseOptions, lasting = new Lasting()): Parsed => {
  const { value } = read;
  const findings = new Findings();
  for (const diagnostic of read.diagnostics) findings.add(diagnostic);
  if (value?.type === 'mapping') {
    const broken = read.diagnostics.find(leavesAllInDoubt)?.code;
    const graph = findings.unlessStopped(() =>
      new FileReader(findings, options, lasting).file(value, value.broken ?? broken),
    );
    return { graph: graph ?? { ...EMPTY_GRAPH, layout: options.layout ?? 'hwc' }, diagnostics: findings.inOrder };
  }
  if (!read.diagnostics.some(isFailure)) {
    const empty = value === null || isNull(value);
    const [first] = value?.type === 'list' ? value.items : [];
    const above = first?.place && { ...first.place, column: 1, length: 0 };
    if (value?.type === 'list' && above)
      findings.error('spec/mapping', 'a list stands here without its key', value.place, {
        help: 'write layers: above it, and input: 224x224x3 above that',
        edits: [{ at: above, text: 'layers:\n' }],
      });
    else
      findings.error(
        empty ? 'spec/empty' : 'spec/mapping',
        empty ? 'the spec is empty' : 'a spec is a mapping with input and layers',
        value?.place ?? { line: 1, column: 1, length: 1 },
        'write input: 224x224x3 and layers: with one item per line',
      );
  }
  return { graph: EMPTY_GRAPH, diagnostics: findings.inOrder };
};

/** What is wrong with the text itself: the values around it are a guess. Of the others the values say what is broken. */
const leavesAllInDoubt = (diagnostic: Diagnostic): boolean =>
  isFailure(diagnostic) && !ABOUT_VALUES.includes(diagnostic.code);

const ABOUT_VALUES: readonly string[] = [
  'yaml/duplicate-key',
  'yaml/split-by-comma',
  'yaml/merge',
  'yaml/key',
  'yaml/recursive-alias',
  'yaml/unknown-alias',
  'yaml/alias-bomb',
  'notation/word',
  'input/twice',
] satisfies readonly Code[];

/** Keys of a file on which no figure hangs. */
const WITHOUT_FIGURES: readonly string[] = ['name', 'expect', 'lint', 'note', 'variants'];

const names = () => new WeakMap<Mapping, ReadonlySet<string>>();
const blocks = () => new WeakMap<Mapping, ReturnType<Declarations['blocks']>>();
/** Shapes that are expected are read in an order. */
const totals = {
  hwc: () => new WeakMap<Value, readonly Expectation[]>(),
  chw: () => new WeakMap<Value, readonly Expectation[]>(),
};

class FileReader {
  private readonly values: ValueReader;
  /** The order that was said from outside, where it decided. */
  private decided: Layout | undefined;

  constructor(
    private readonly findings: Findings,
    private readonly options: ParseOptions,
    private readonly lasting: Lasting,
  ) {
    this.values = new ValueReader(findings, lasting, options.most?.work);
  }

  /** `broken` is the code of what leaves in doubt all that the file says. */
  file(written: Mapping, broken?: Diagnostic['code']): Graph {
    const meant = this.asMeant(written);
    const { file } = meant;
    let doubt = broken ?? meant.doubt;
    const version = lookup(file, 'spec');
    if (version && !(version.type === 'scalar' && version.text === '1')) {
      doubt ??= 'spec/version';
      this.findings.error('spec/version', 'this language is version 1', version.place, write('1'));
    }

    const declared = new Declarations(this.options.registry, this.values);
    const chosen = declared.variant(file, this.options.variant);
    const variant = chosen === 'unknown' ? null : chosen;
    const scope = declared.values(file, chosen, this.options.set ?? {});
    const stated = this.layout(file);
    const ofBlocks = this.lasting.once(blocks, file, this.findings, () => declared.blocks(file));
    const layers = lookup(file, 'layers');
    const inputs = this.inputs(file, stated, scope, doubt);
    // What the inputs were read in says in which order the file writes its other shapes.
    const layout = (stated === 'unknown' ? null : stated) ?? this.decided ?? 'hwc';
    const source = {
      registry: this.options.registry,
      ...ofBlocks,
      names: this.lasting.once(names, file, this.findings, () => namesGiven(file)),
      layout,
      shown: this.options.layout ?? layout,
      scope,
      defaults: lookup(file, 'defaults') ?? null,
      values: this.values,
      lasting: this.lasting,
      match: this.options.match,
      freeze: this.options.freeze ?? [],
      broken: doubt,
      most: { ...BUDGET, ...this.options.most },
    };
    const builder = new Builder(source, this.findings);
    if (!layers)
      this.findings.error('spec/no-layers', 'the spec has no layers', file.place, 'add layers: with one item per line');
    const built = builder.build(inputs, layers ?? NOTHING, lookup(file, 'outputs'));
    const { nodes, expectations, ignores, blocks: used, composites } = built ?? EMPTY_GRAPH;
    const batch = this.options.batch ?? this.batch(file, scope);
    const dtype = this.options.dtype ?? this.dtype(file);
    const lint = lookup(file, 'lint');

    const isRead = inputs.length > 1 ? readIn(nodes) : () => true;
    for (const node of nodes.slice(0, inputs.length)) {
      if (isInput(node) && !isRead(node))
        this.findings.warning(
          'graph/unused-input',
          `nothing reads the input ${node.name}`,
          lookup(file, 'inputs')?.place,
          `write from: ${node.name}`,
        );
    }
    const expect = variant?.expect ?? lookup(file, 'expect');
    const ofTotals =
      expect && !expect.broken
        ? this.lasting.once(totals[layout], expect, this.findings, () =>
            readExpectations(expect, 'total', layout, this.findings),
          )
        : [];
    return {
      name: this.text(file, 'name') ?? variant?.name ?? '',
      variant: variant?.name ?? null,
      variants: variantsOf(file).map(({ key }) => key.text),
      batch: batch ?? 1,
      dtype: dtype ?? 'f32',
      layout: this.options.layout ?? layout,
      nodes,
      blocks: used,
      composites,
      layersAt: keyPlace(file, 'layers'),
      outputs: built?.outputs ?? unread(nodes),
      unknown: [...(batch === undefined ? ['batch' as const] : []), ...(dtype === undefined ? ['dtype' as const] : [])],
      ignores: [...(lint ? readIgnores(lint, this.findings) : []), ...ignores],
      expectations:
        this.overridden() || stated === 'unknown' ? [] : [...expectations, ...ofTotals].filter(this.isUntouched),
      source: (expect?.type === 'mapping' && this.text(expect, 'source')) || null,
      notes: [variant?.note, lookup(file, 'note')].flatMap((note) => (note?.type === 'scalar' ? note.text.trim() : [])),
    };
  }

  /** The file with its unknown keys told, and read on as what they must have meant: nothing is missed for them. */
  private asMeant(written: Mapping): { readonly file: Mapping; readonly doubt: Diagnostic['code'] | undefined } {
    const file = this.withLayers(written);
    const known = (key: string): boolean => (FILE_KEYS as readonly string[]).includes(key);
    const entries = new Map(file.entries.map((entry) => [entry.key.text, entry]));
    let doubt: Diagnostic['code'] | undefined = file === written ? undefined : 'spec/no-layers';
    for (const entry of file.entries) {
      const { key } = entry;
      if (known(key.text) || key.text.startsWith('x-')) continue;
      const together = runTogether(entry, known);
      const { name, remedy } = meantKey(key.text, FILE_KEYS);
      const meant = together?.entry ?? (name === undefined ? undefined : { ...entry, key: { ...key, text: name } });
      const code = together ? 'yaml/colon' : 'spec/key';
      if (meant === undefined || !WITHOUT_FIGURES.includes(meant.key.text)) doubt ??= code;
      if (together) this.findings.error(code, together.message, key.place, together.remedy(file));
      else this.findings.error(code, `a spec has no key "${key.text}"`, key.place, remedy);
      if (meant && !entries.has(meant.key.text)) entries.set(meant.key.text, meant);
    }
    return { file: entries.size === file.entries.length ? file : { ...file, entries: [...entries.values()] }, doubt };
  }

  /** A file in which layers are keys, `conv: 16` beside `input: 32x32x3`: whoever wants a list tells of them, and reads it. */
  private withLayers(file: Mapping): Mapping {
    if (lookup(file, 'layers')) return file;
    const isOwn = ({ key }: Entry): boolean =>
      !key.text.startsWith('x-') && !(FILE_KEYS as readonly string[]).includes(key.text);
    const from = file.entries.findIndex((entry) => isOwn(entry) && this.isLayer(entry));
    const own = file.entries.filter((entry, i) => i >= from && isOwn(entry));
    const [first] = own;
    if (from < 0 || !first) return file;
    const isTogether = file.entries[from + own.length - 1] === own.at(-1);
    const hasInput = (lookup(file, 'input') ?? lookup(file, 'inputs')) !== undefined;
    const value: Mapping = {
      type: 'mapping',
      entries: own,
      place: inBraces(file) ? file.place : first.key.place,
      keyless: { hasInput, isTogether: inBraces(file) ? own.length === file.entries.length : isTogether },
    };
    const entries = file.entries.filter((entry) => !own.includes(entry));
    return { ...file, entries: [...entries, { key: plainScalar('layers', first.key.place), value }] };
  }

  /** Whether a key is a kind, or the name of what is one. */
  private isLayer({ key, value }: Entry): boolean {
    const isKind = (word: string): boolean => this.options.registry.find(word) !== undefined;
    if (isKind(key.text)) return true;
    const inside = value.type === 'mapping' ? value.entries.map((entry) => entry.key.text) : [];
    return inside.some(isKind) || (inside.length > 0 && isKind(/^[A-Za-z]+?(?=[_-]?\d+$)/.exec(key.text)?.[0] ?? ''));
  }

  private order(stated: Layout | null | 'unknown'): Order {
    return {
      layout: stated === 'unknown' ? null : stated,
      inDoubt: this.options.layout,
      decided: (layout) => {
        this.decided = layout;
      },
    };
  }

  /** Of what is trained the file is no longer right where weights are frozen from outside. */
  private readonly isUntouched = ({ quantity }: Expectation): boolean =>
    !this.options.freeze || (quantity !== 'trainable' && quantity !== 'frozen');

  private overridden(): boolean {
    return this.options.input !== undefined || Object.keys(this.options.set ?? {}).length > 0;
  }

  private inputs(
    file: Mapping,
    stated: Layout | null | 'unknown',
    scope: Scope,
    doubt: Diagnostic['code'] | undefined,
  ): InputRead[] {
    const one = lookup(file, 'input');
    const several = lookup(file, 'inputs');
    const mark = this.findings.mark;
    const read = (value: Value, layout: Layout | null | 'unknown'): Shape | null => {
      if (layout === 'unknown' && hangsOnOrder(value)) return null;
      return readInput(value, this.order(layout), scope, this.values) ?? null;
    };
    if (one && several)
      this.findings.error('input/twice', 'the spec has both input and inputs', several.place, 'keep one of them');
    if (several && several.type !== 'mapping')
      this.findings.error(
        'input/mapping',
        'inputs are shapes by name',
        several.place,
        'write inputs: {left: 64x64x1, right: 64x64x1}',
      );
    const named =
      several?.type === 'mapping'
        ? several.entries.map(({ key, value }) => ({ name: key.text, value, at: key.place }))
        : [];
    const override = this.options.input;
    if (override !== undefined) {
      if (named.length > 1)
        this.findings.about('--input', () =>
          this.findings.error(
            'input/several',
            `the spec has ${named.length} inputs, and this sets the only one`,
            undefined,
            'edit inputs:',
          ),
        );
      else
        return [
          {
            name: named[0]?.name ?? 'input',
            at: named[0]?.at ?? keyPlace(file, 'input'),
            shape: this.findings.about('--input', () =>
              read(
                plainScalar(this.completed(override, one ?? named[0]?.value, stated, scope)),
                this.options.layout ?? stated,
              ),
            ),
          },
        ];
    }
    if (named.length > MOST_INPUTS)
      this.findings.error(
        'input/several',
        `the spec has ${named.length} inputs; at most ${MOST_INPUTS} are read`,
        several?.place,
        'concat them outside',
      );
    // What the network reads instead, or besides, nobody knows.
    const inDoubt = this.findings.since(mark) !== undefined || several?.broken !== undefined;
    if (named.length > 0)
      return named.slice(0, MOST_INPUTS).map(({ name, value, at }) => {
        const shape = read(value, stated);
        return { name, at, shape: inDoubt ? null : shape };
      });
    // Where the key of the layers is missing too, that says what is to stand above them.
    if (!one && (!several || several.type === 'mapping') && doubt !== 'spec/no-layers') {
      const example = exampleOf(stated === 'unknown' ? null : stated);
      this.findings.error(
        'input/missing',
        'the spec does not say what the network reads',
        file.place,
        `add input: ${example.one} (${example.order})`,
      );
    }
    return [{ name: 'input', at: keyPlace(file, 'input'), shape: one ? read(one, stated) : null }];
  }

  /** `435` and `435x435` with the channels of the spec's own input; a vector, a whole shape and anything else as it stands. */
  private completed(
    override: string,
    written: Value | undefined,
    stated: Layout | null | 'unknown',
    scope: Scope,
  ): string {
    const sizes = parseSizes(override);
    // Whatever is wrong with the spec's own input is no matter now.
    const own =
      sizes && written && readInput(written, this.order(stated), scope, new ValueReader(new Findings(), this.lasting));
    const layout = (this.options.layout ?? stated) === 'chw' ? 'chw' : 'hwc';
    return (own && completedSizes(sizes, own, layout)?.join('x')) ?? override;
  }

  private layout(file: Mapping): Layout | null | 'unknown' {
    const value = lookup(file, 'layout');
    if (!value) return null;
    if (value.broken) return 'unknown';
    if (value.type === 'scalar' && (value.text === 'hwc' || value.text === 'chw')) return value.text;
    const last = value.type === 'scalar' && /last|nhwc|hwc|nlc|ndhwc/i.test(value.text);
    this.findings.error('spec/layout', 'layout is hwc or chw', value.place, write(last ? 'hwc' : 'chw'));
    return 'unknown';
  }

  private dtype(file: Mapping): Dtype | undefined {
    const value = lookup(file, 'dtype');
    if (!value) return 'f32';
    if (value.broken) return undefined;
    if (value.type === 'scalar' && Object.hasOwn(DTYPES, value.text)) return value.text as Dtype;
    const meant = value.type === 'scalar' ? dtypeElsewhere(value.text) : undefined;
    this.findings.error(
      'spec/dtype',
      `dtype is one of ${Object.keys(DTYPES).join(', ')}`,
      value.place,
      write(meant ?? 'f32'),
    );
    return undefined;
  }

  private batch(file: Mapping, scope: Scope): number | undefined {
    const value = lookup(file, 'batch');
    if (!value) return 1;
    const n = this.values.read(value, scope, undefined);
    if (typeof n === 'number' && Number.isSafeInteger(n) && n >= 1) return n;
    return n === undefined
      ? undefined
      : this.findings.error(
          'spec/batch',
          `batch must be a whole number of at least 1, not ${String(n)}`,
          value.place,
          write('1'),
        );
  }

  private text(file: Mapping, key: string): string | undefined {
    const value = lookup(file, key);
    return value?.type === 'scalar' ? value.text : undefined;
  }
}

const keyPlace = (file: Mapping, key: string): Place | undefined =>
  file.entries.find((entry) => entry.key.text === key)?.key.place;

/** The text of every `name:` in the file, so that generated names never take one. */
const namesGiven = (file: Mapping): ReadonlySet<string> => {
  const names = new Set<string>();
  const seen = new Set<Value>();
  const walk = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    if (value.type === 'list') value.items.forEach(walk);
    if (value.type !== 'mapping') return;
    for (const entry of value.entries) {
      if (entry.key.text === 'name' && entry.value.type === 'scalar') names.add(entry.value.text.trim());
      walk(entry.value);
    }
  };
  for (const { key, value } of file.entries) if (key.text !== 'name') walk(value);
  return names;
};
