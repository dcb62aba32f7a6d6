// What a file declares before its layers: variants, vars and blocks. Reading what layers make of them is build.ts.

import type { Plain } from '../core/args.js';
import type { Code } from '../core/codes.js';
import { type Remedy, write } from '../core/diagnostic.js';
import type { Registry } from '../core/layer.js';
import { choice } from '../core/suggest.js';
import { BLOCK_DOCS } from './described.js';
import { plainText, withoutDashes } from './edits.js';
import { UNKNOWN } from './expression.js';
import { runTogether } from './meant.js';
import type { ValueReader } from './reader.js';
import { IN_EXPRESSIONS, isReservedValue, Scope, tellReserved } from './scope.js';
import { type Entry, isNull, lookup, type Mapping, plainScalar, type Value } from './values.js';
import type { Block } from './vocabulary.js';
import { OPTION_ALIASES, RESERVED, SUGAR } from './words.js';

export interface Variant {
  readonly name: string;
  readonly vars: Mapping;
  readonly expect: Value | null;
  readonly note: Value | null;
}

/** Vars computed from vars computed from vars …: so many in a row. */
const MOST_VARS_DEEP = 100;

const BLOCK_KEYS = Object.keys(BLOCK_DOCS);

/** No layers: what a missing list stands for. */
export const NOTHING: Value = { type: 'list', items: [] };

/** What a variant holds besides vars. */
const NO_VARS: readonly string[] = ['expect', 'note'];

export const variantsOf = (file: Mapping): readonly Entry[] => {
  const variants = lookup(file, 'variants');
  return variants?.type === 'mapping' ? variants.entries : [];
};

/** `[filters, stride]` as params that all are required. */
const paramsMeant = (params: Value): Remedy => {
  const names = params.type === 'list' ? params.items.map(plainText) : [];
  return names.length > 0 && !names.includes(undefined)
    ? write(`{${names.map((name) => `${name}: null`).join(', ')}}`)
    : 'write params: {filters: null, stride: 1}';
};

export class Declarations {
  constructor(
    private readonly registry: Registry,
    private readonly reader: ValueReader,
  ) {}

  /** The variant of that name, or the first. */
  variant(file: Mapping, named: string | undefined): Variant | null | 'unknown' {
    const written = lookup(file, 'variants');
    if (written && written.type !== 'mapping' && !isNull(written))
      this.reader.findings.error(
        'variant/mapping',
        'variants are vars by the name of the variant',
        written.place,
        'write variants: {small: {width: 32}}',
      );
    if (written?.broken || (written && written.type !== 'mapping' && !isNull(written))) return 'unknown';
    const variants = variantsOf(file);
    const names = variants.map(({ key }) => key.text);
    const wanted = named ?? names[0];
    if (wanted === undefined) return null;
    for (const { key, value } of variants)
      if (value.type !== 'mapping' && !isNull(value))
        this.reader.findings.error(
          'variant/mapping',
          'a variant holds vars by name',
          value.place,
          `write ${key.text}: {width: 64}`,
        );
    const entry = variants.find(({ key }) => key.text === wanted);
    if (!entry) {
      this.reader.findings.about('--variant', () =>
        this.reader.findings.error(
          'variant/unknown',
          `there is no variant called "${wanted}"`,
          undefined,
          choice(wanted, names, 'variants'),
        ),
      );
      return 'unknown';
    }
    if (entry.value.broken || (entry.value.type !== 'mapping' && !isNull(entry.value))) return 'unknown';
    const held: Mapping = entry.value.type === 'mapping' ? entry.value : { type: 'mapping', entries: [] };
    const vars = held.entries.filter(({ key }) => !NO_VARS.includes(key.text) && !key.text.startsWith('x-'));
    return {
      name: wanted,
      vars: { ...held, entries: vars },
      expect: lookup(held, 'expect') ?? null,
      note: lookup(held, 'note') ?? null,
    };
  }

  /**
   * The file's values, each worked out when first asked for: vars computed from others follow whatever overrides them. All are
   * unknown where it is not known what overrides them.
   */
  values(file: Mapping, variant: Variant | null | 'unknown', set: Readonly<Record<string, string>>): Scope {
    const written = new Map<string, Value>();
    const refused = new Set<string>();
    const declare = (entry: Entry, inside: Mapping): void => {
      const { key, value } = this.apart(entry, inside) ?? entry;
      if (key !== entry.key) refused.add(key.text);
      else if (this.mayName(key, 'var')) written.set(key.text, value);
      else refused.add(key.text);
    };
    let overridden = variant === 'unknown';
    const vars = this.byName(lookup(file, 'vars'), 'vars/mapping', 'vars are values by name');
    if (vars && vars.type !== 'mapping' && !isNull(vars))
      this.reader.findings.error('vars/mapping', 'vars are values by name', vars.place, 'write vars: {width: 64}');
    if (vars?.type === 'mapping') for (const entry of vars.entries) declare(entry, vars);
    if (variant && variant !== 'unknown') for (const entry of variant.vars.entries) declare(entry, variant.vars);
    if (vars?.broken) overridden = true;
    for (const [name, text] of Object.entries(set)) {
      if (written.has(name)) written.set(name, plainScalar(text));
      else {
        overridden = true;
        this.reader.findings.about(`--set ${name}`, () =>
          this.reader.findings.error(
            'vars/unknown',
            `the spec has no var called "${name}"`,
            undefined,
            choice(name, [...written.keys()], 'vars'),
          ),
        );
      }
    }
    const values = new Map<string, Plain | undefined>();
    const open = new Set<string>();
    const evaluate = (name: string, value: Value): Plain | undefined => {
      if (open.has(name))
        return this.reader.findings.error('vars/circular', `${name} is computed from itself`, value.place);
      if (open.size >= MOST_VARS_DEEP)
        return this.reader.findings.error(
          'vars/too-deep',
          `${name} stands at the end of more than ${MOST_VARS_DEEP} vars computed from each other`,
          value.place,
          'write it before the vars that need it',
        );
      open.add(name);
      const readVar = () => this.reader.readWord(value, scope, undefined);
      const result = Object.hasOwn(set, name) ? this.reader.findings.about(`--set ${name}`, readVar) : readVar();
      open.delete(name);
      return result;
    };
    const evaluateOnce = (name: string): Plain | undefined => {
      const value = written.get(name);
      if (value && !values.has(name)) values.set(name, evaluate(name, value));
      return values.get(name);
    };
    // What hangs on a var that could not be read is unknown, without an error of its own.
    const valueNamed = (name: string): Plain | undefined => {
      if (!written.has(name)) return undefined;
      const value = evaluateOnce(name);
      if (value === undefined || overridden) throw UNKNOWN;
      return value;
    };
    const scope = Scope.ofFile(valueNamed, written, refused);
    for (const name of Object.keys(set)) this.reader.findings.about(`--set ${name}`, () => evaluateOnce(name));
    for (const name of written.keys()) evaluateOnce(name);
    return scope;
  }

  /** A value that is to be a mapping; a list of mappings is told of, and read as the one that was meant. */
  private byName(value: Value | undefined, code: Code, message: string): Value | undefined {
    const dashed = value && withoutDashes(value);
    if (!dashed) return value;
    const help = { help: 'leave the dashes out', edits: dashed.edits };
    this.reader.findings.error(code, `${message}, without dashes`, value.place, help);
    return { ...dashed.mapping, broken: code };
  }

  /** What a name that was run together with its value was meant to be, which is told; undefined for any other. */
  private apart(entry: Entry, inside: Mapping): Entry | undefined {
    const together = runTogether(entry, () => true);
    if (together) this.reader.findings.error('yaml/colon', together.message, entry.key.place, together.remedy(inside));
    return together?.entry;
  }

  /** Params and vars may not hide kinds, the language's words or what expressions reserve. */
  private mayName(key: Entry['key'], what: 'var' | 'param'): boolean {
    const name = key.text;
    const isSugar = (SUGAR as readonly string[]).includes(name);
    const taken = isReservedValue(name) ? IN_EXPRESSIONS : isSugar ? null : this.takes(name);
    if (taken) tellReserved(this.reader.findings, what, key, taken);
    else if (!/^[A-Za-z_]\w*$/.test(name))
      this.reader.findings.error(
        'name/word',
        `"${name}" is no name for a ${what}`,
        key.place,
        'use letters, digits and _',
      );
    else return true;
    return false;
  }

  /** What a name is that items begin with. */
  private takes(name: string): string | null {
    if (RESERVED.has(name)) return 'a word of the language';
    return this.registry.find(name) ? 'a kind of layer' : null;
  }

  private isOption(name: string): boolean {
    return this.registry.options.has(name) || Object.hasOwn(OPTION_ALIASES, name);
  }

  /** The blocks by name, and the names that no block can have. */
  blocks(file: Mapping): { readonly blocks: ReadonlyMap<string, Block>; readonly refused: ReadonlySet<string> } {
    const blocks = new Map<string, Block>();
    const refused = new Set<string>();
    const written = this.byName(lookup(file, 'blocks'), 'blocks/mapping', 'blocks are mappings by name');
    if (written && written.type !== 'mapping' && !isNull(written))
      this.reader.findings.error(
        'blocks/mapping',
        'blocks are mappings by name',
        written.place,
        'write blocks: {bottleneck: {params: {…}, layers: […]}}',
      );
    const inDoubt = written?.broken;
    for (const { key, value } of written?.type === 'mapping' ? written.entries : []) {
      const taken = this.takes(key.text) ?? (this.isOption(key.text) ? 'an option of layers' : null);
      if (taken) {
        tellReserved(this.reader.findings, 'block', key, taken);
        refused.add(key.text);
      } else blocks.set(key.text, { ...this.block(key, value), ...(inDoubt && { broken: inDoubt }) });
    }
    // An item that says both would be two kinds.
    for (const [name, block] of blocks) {
      const hidden = block.params.filter(({ key }) => blocks.has(key.text));
      for (const { key } of hidden) tellReserved(this.reader.findings, 'param', key, 'a block');
      const names = [...block.refused, ...hidden.map(({ key }) => key.text)];
      if (hidden.length > 0) blocks.set(name, { ...block, refused: new Set(names) });
    }
    return { blocks, refused };
  }

  private block(key: Entry['key'], value: Value): Block {
    const at = (name: string) => (value.type === 'mapping' ? lookup(value, name) : undefined);
    const mark = this.reader.findings.mark;
    for (const { key: inner } of value.type === 'mapping' ? value.entries : []) {
      if (!BLOCK_KEYS.includes(inner.text) && !inner.text.startsWith('x-'))
        this.reader.findings.error(
          'blocks/key',
          `a block has no key "${inner.text}"`,
          inner.place,
          choice(inner.text, BLOCK_KEYS, 'keys'),
        );
    }
    const params = at('params');
    if (!at('layers'))
      this.reader.findings.error('blocks/layers', `the block ${key.text} has no layers`, key.place, 'add layers: […]');
    if (params && params.type !== 'mapping' && !isNull(params))
      this.reader.findings.error(
        'blocks/params',
        'params are names with their defaults',
        params.place,
        paramsMeant(params),
      );
    const broken = this.reader.findings.since(mark) ?? value.broken ?? at('layers')?.broken ?? params?.broken;
    const refused = new Set<string>();
    const entries = (params?.type === 'mapping' ? params.entries : []).map((entry) => {
      const apart = params?.type === 'mapping' ? this.apart(entry, params) : undefined;
      const { key: name } = apart ?? entry;
      if (apart || !this.mayName(name, 'param')) refused.add(name.text);
      return apart ?? entry;
    });
    return {
      name: key.text,
      params: entries,
      refused,
      ...(broken !== undefined && { broken }),
      layers: at('layers') ?? NOTHING,
      defaults: at('defaults') ?? null,
    };
  }
}
