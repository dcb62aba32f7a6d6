// What a file declares before its layers: variants, vars and blocks. Reading what layers make of them is build.ts.

import type { Plain } from '../core/args.js';
import type { Registry } from '../core/layer.js';
import { suggestion } from '../core/suggest.js';
import type { Block } from './item.js';
import { isReservedValue, Scope, type ValueReader } from './scope.js';
import { RESERVED } from './words.js';
import { type Entry, isNull, lookup, type Mapping, plainScalar, type Value } from './yaml.js';

export interface Variant {
  readonly name: string;
  readonly vars: readonly Entry[];
  readonly expect: Value | null;
}

const BLOCK_KEYS: readonly string[] = ['params', 'layers', 'defaults', 'note'];

/** No layers: what a missing list stands for. */
export const NOTHING: Value = { type: 'list', items: [], place: { line: 1, column: 1, length: 1 } };

/** A value given on the command line, not in the file. */
export const commandLine = (text: string): Value => plainScalar(text, { line: 1, column: 1, length: text.length });

export const variantsOf = (file: Mapping): readonly Entry[] => {
  const variants = lookup(file, 'variants');
  return variants?.type === 'mapping' ? variants.entries : [];
};

export class Declarations {
  constructor(
    private readonly registry: Registry,
    private readonly reader: ValueReader,
  ) {}

  /** The variant of that name, or the first. */
  variant(file: Mapping, named: string | undefined): Variant | null {
    const variants = variantsOf(file);
    const names = variants.map(({ key }) => key.text);
    const wanted = named ?? names[0];
    if (wanted === undefined) return null;
    const entry = variants.find(({ key }) => key.text === wanted);
    if (!entry) {
      this.reader.report(
        'variant/unknown',
        `there is no variant called "${wanted}"`,
        lookup(file, 'variants')?.place,
        suggestion(wanted, names, 'variants'),
      );
      return null;
    }
    const value = entry.value.type === 'mapping' ? entry.value.entries : [];
    if (entry.value.type !== 'mapping' && !isNull(entry.value))
      this.reader.report(
        'variant/mapping',
        'a variant holds vars by name',
        entry.value.place,
        `write ${wanted}: {width: 64}`,
      );
    return {
      name: wanted,
      vars: value.filter(({ key }) => key.text !== 'expect' && key.text !== 'note'),
      expect: value.find(({ key }) => key.text === 'expect')?.value ?? null,
    };
  }

  /** The file's values, each worked out when first asked for: vars computed from others follow whatever overrides them. */
  values(file: Mapping, variant: Variant | null, set: Readonly<Record<string, string>>): Scope {
    const written = new Map<string, Value>();
    const vars = lookup(file, 'vars');
    if (vars && vars.type !== 'mapping' && !isNull(vars))
      this.reader.report('vars/mapping', 'vars are values by name', vars.place, 'write vars: {width: 64}');
    for (const { key, value } of vars?.type === 'mapping' ? vars.entries : [])
      if (this.mayName(key, 'var')) written.set(key.text, value);
    for (const { key, value } of variant?.vars ?? []) if (this.mayName(key, 'var')) written.set(key.text, value);
    for (const [name, text] of Object.entries(set)) {
      if (written.has(name)) written.set(name, commandLine(text));
      else
        this.reader.report(
          'vars/unknown',
          `--set ${name}: the spec has no var called "${name}"`,
          undefined,
          suggestion(name, [...written.keys()], 'vars'),
        );
    }
    const values = new Map<string, Plain | undefined>();
    const open = new Set<string>();
    const valueNamed = (name: string): Plain | undefined => {
      const value = written.get(name);
      if (!value || values.has(name)) return values.get(name);
      if (open.has(name)) return this.reader.report('vars/circular', `${name} is computed from itself`, value.place);
      open.add(name);
      values.set(name, this.reader.readWord(value, scope, undefined));
      open.delete(name);
      return values.get(name);
    };
    const scope = new Scope('', valueNamed, [...written.keys()], [], null, []);
    for (const name of written.keys()) valueNamed(name);
    return scope;
  }

  /** Params and vars may not hide kinds, the language's words or what expressions reserve. */
  private mayName(key: Entry['key'], what: string): boolean {
    const name = key.text;
    const taken = isReservedValue(name)
      ? 'a reserved name in expressions'
      : RESERVED.has(name) && name !== 'act' && name !== 'norm' && name !== 'drop'
        ? 'a word of the language'
        : this.registry.find(name)
          ? 'a kind of layer'
          : null;
    if (taken)
      this.reader.report(
        'name/reserved',
        `no ${what} can be called "${name}": it is ${taken}`,
        key.place,
        'choose another name',
      );
    else if (!/^[A-Za-z_]\w*$/.test(name))
      this.reader.report('name/word', `"${name}" is no name for a ${what}`, key.place, 'use letters, digits and _');
    else return true;
    return false;
  }

  blocks(file: Mapping): ReadonlyMap<string, Block> {
    const blocks = new Map<string, Block>();
    const written = lookup(file, 'blocks');
    if (written && written.type !== 'mapping' && !isNull(written))
      this.reader.report(
        'blocks/mapping',
        'blocks are mappings by name',
        written.place,
        'write blocks: {bottleneck: {params: {…}, layers: […]}}',
      );
    for (const { key, value } of written?.type === 'mapping' ? written.entries : []) {
      if (RESERVED.has(key.text) || this.registry.find(key.text)) {
        this.reader.report(
          'name/reserved',
          `no block can be called "${key.text}": it is ${RESERVED.has(key.text) ? 'a word of the language' : 'a kind of layer'}`,
          key.place,
          'choose another name',
        );
        continue;
      }
      blocks.set(key.text, this.block(key, value));
    }
    return blocks;
  }

  private block(key: Entry['key'], value: Value): Block {
    const at = (name: string) => (value.type === 'mapping' ? lookup(value, name) : undefined);
    for (const { key: inner } of value.type === 'mapping' ? value.entries : []) {
      if (!BLOCK_KEYS.includes(inner.text) && !inner.text.startsWith('x-'))
        this.reader.report(
          'blocks/key',
          `a block has no key "${inner.text}"`,
          inner.place,
          suggestion(inner.text, BLOCK_KEYS, 'keys'),
        );
    }
    const params = at('params');
    if (!at('layers'))
      this.reader.report('blocks/layers', `the block ${key.text} has no layers`, key.place, 'add layers: […]');
    if (params && params.type !== 'mapping' && !isNull(params))
      this.reader.report(
        'blocks/params',
        'params are names with their defaults',
        params.place,
        'write params: {filters: null, stride: 1}',
      );
    return {
      name: key.text,
      params: params?.type === 'mapping' ? params.entries.filter(({ key: name }) => this.mayName(name, 'param')) : [],
      layers: at('layers') ?? NOTHING,
      defaults: at('defaults') ?? null,
    };
  }
}
