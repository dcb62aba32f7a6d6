// Classes as the text of a Python file: names of variables, one line a layer, shapes as comments. What is a class is classes.ts.

import { laid } from '../python/layout.js';
import { literal, sameLiteral } from '../python/literal.js';
import { free } from '../python/words.js';
import type { Body, Statement } from './body.js';
import { isPlainChain, within } from './body.js';
import type { Class } from './classes.js';
import { countIn, inRuns, type Said, type Slot, slotsOf, textOf } from './code.js';
import { attributeFor, type Holder, type Holders, isAttribute, reached, setting, variable } from './names.js';
import { parentOf } from './tree.js';

/** A comment goes no further than this. */
const LENGTH = 88;

/** What slots are in a class: parameters where they differ between copies, else their own numbers, or nothing where those are usual. */
const sayingOf =
  (said: ReadonlyMap<Slot, string>): Said['slot'] =>
  (slot) => {
    const param = said.get(slot);
    if (param !== undefined) return param;
    return slot.usual !== undefined && sameLiteral(slot.value, slot.usual) ? undefined : literal(slot.value);
  };

export const classText = (
  { name, template: body, copies, params, said, flags }: Class,
  doc: string,
): readonly string[] => {
  const arguments_ = [
    'self',
    ...params.map(({ name: param, usual }) => (usual === undefined ? param : `${param}=${literal(usual)}`)),
  ];
  const head = laid(`def __init__(${arguments_.join(', ')}):`, 1);
  const slot = sayingOf(said);
  if (isPlainChain(body.chain) && body.after.length === 0) {
    const children = inRuns(body.chain.children.map(({ value }) => textOf(value, { slot })));
    return [
      `class ${name}(nn.Sequential):`,
      ...docLines(doc),
      '',
      ...head,
      ...laid(`super().__init__(${children.join(', ')})`, 2),
    ];
  }
  if (body.loop) {
    const { prefix, first, count, make } = body.loop;
    const number = first === 0 ? '{i}' : `{i + ${first}}`;
    return [
      `class ${name}(nn.Sequential):`,
      ...docLines(doc),
      '',
      ...head,
      '        super().__init__()',
      `        for i in range(${slot(count) ?? ''}):`,
      ...laid(`self.add_module(f"${prefix}${number}", ${textOf(make, { slot })})`, 3),
    ];
  }
  const kept = keptBy(body, said);
  const choices = [...flags];
  const modules = new Map(choices.flatMap(([{ module }, flag]) => (module === undefined ? [] : [[module, flag]])));
  const lines = new Map(
    choices.flatMap(([choice, flag]) => (choice.module === undefined ? [[choice.statement, { ...choice, flag }]] : [])),
  );
  const holder = holdersIn(body).get('') ?? 'module';
  return [
    `class ${name}(nn.${BASES[holder]}):`,
    ...docLines(doc),
    '',
    ...head,
    ...(holder === 'list'
      ? laid(`super().__init__(${childrenOf(body, '', slot)})`, 2)
      : ['        super().__init__()']),
    ...[...new Set(kept.values())].map(({ attribute, text }) => `        self.${attribute} = ${text}`),
    ...[...lines.values()].map(({ flag }) => `        self.${flag} = ${flag}`),
    ...initLines(body, slot, modules),
    '',
    ...forwardLines(
      [body, ...copies.map((copy) => copy.body)],
      (one) => (kept.has(one) ? `self.${kept.get(one)?.attribute}` : slot(one)),
      ['x'],
      lines,
    ),
  ];
};

/** Parameters that are read when it runs, by slot: the attributes that keep them. */
const keptBy = (
  { inits, statements }: Body,
  said: ReadonlyMap<Slot, string>,
): ReadonlyMap<Slot, { readonly attribute: string; readonly text: string }> => {
  const taken = new Set(inits.map(({ path }) => path.split('.')[0] ?? ''));
  const attributes = new Map<string, { readonly attribute: string; readonly text: string }>();
  const kept = new Map<Slot, { readonly attribute: string; readonly text: string }>();
  for (const { apply } of statements)
    for (const slot of slotsOf(apply)) {
      const text = said.get(slot);
      if (text === undefined) continue;
      const word = /^\w+$/.test(text) ? text : slot.role;
      const known = attributes.get(text) ?? { attribute: free(attributeFor(word), taken), text };
      attributes.set(text, known);
      kept.set(slot, known);
    }
  return kept;
};

/** The network: it takes no arguments, and reads its inputs by their names. */
export const networkText = (
  root: Body,
  doc: string,
  inputs: readonly string[],
  frozen: readonly string[],
): readonly string[] => {
  const slot = sayingOf(new Map());
  return [
    'class Net(nn.Module):',
    ...docLines(doc),
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...initLines(root, slot, new Map()),
    ...frozen.map((line) => `        ${line}`),
    '',
    ...forwardLines([root], slot, inputs, new Map()),
  ];
};

const docLines = (doc: string): readonly string[] => {
  const lines = doc.replaceAll('\\', '\\\\').replaceAll('"', "'").split('\n');
  return lines.length === 1
    ? [`    """${lines[0]}"""`]
    : [`    """${lines[0]}`, ...lines.slice(1).map((line) => (line === '' ? '' : `    ${line}`)), '    """'];
};

/** What the names are that modules stand below: those counted from 0 are in a list, those that are no words in a dict. */
const holdersIn = ({ inits, scope }: Body): Holders => {
  const layers = new Set(inits.map(({ path }) => path));
  const below = new Map<string, Set<string>>();
  const note = (path: string): void => {
    const parent = parentOf(path);
    const names = below.get(parent) ?? new Set();
    below.set(parent, names.add(path.slice(parent === '' ? 0 : parent.length + 1)));
    if (parent !== '') note(parent);
  };
  for (const { path } of inits) note(path);
  const nested = new Set([...below.keys()].flatMap((path) => (path === '' ? [] : [parentOf(path)])));
  return new Map(
    [...below].map(([path, all]): [string, Holder] => {
      const names = [...all];
      if (layers.has(path)) return [path, 'layer'];
      const isNetwork = path === '' && scope.path === '';
      if (!isNetwork && !nested.has(path) && names.every((name, i) => name === String(i))) return [path, 'list'];
      return [path, !isNetwork && names.some((name) => !isAttribute(name, 'module')) ? 'dict' : 'module'];
    }),
  );
};

/** What a class is of which that is said, and a container without a class. */
const BASES: Readonly<Record<Holder, string>> = {
  list: 'Sequential',
  dict: 'ModuleDict',
  layer: 'Module',
  module: 'Module',
};

/** What modules there are. Names without a module of their own are lists or containers; `choices` are there where a flag says so. */
const initLines = (body: Body, slot: Said['slot'], choices: ReadonlyMap<string, string>): readonly string[] => {
  const { inits, after } = body;
  const holders = holdersIn(body);
  const made = new Set<string>(['']);
  const lines: string[] = [];
  const container = (path: string): void => {
    if (made.has(path)) return;
    container(parentOf(path));
    made.add(path);
    const isList = holders.get(path) === 'list';
    const text = isList
      ? `nn.ModuleList([${childrenOf(body, path, slot)}])`
      : `nn.${BASES[holders.get(path) ?? 'module']}()`;
    lines.push(...laid(setting(path, text, holders), 2));
  };
  for (const { path, make } of inits) {
    container(parentOf(path));
    if (holders.get(parentOf(path)) === 'list') continue;
    made.add(path);
    const flag = choices.get(path);
    if (flag !== undefined) lines.push(...laid(setting(path, 'nn.Identity()', holders), 2), `        if ${flag}:`);
    lines.push(...laid(setting(path, textOf(make, { slot }), holders), flag === undefined ? 2 : 3));
  }
  for (const code of after) lines.push(...laid(textOf(code, { slot, self: (path) => reached(path, holders) }), 2));
  return lines;
};

/** The modules directly below a name, with commas between them. */
const childrenOf = ({ inits }: Body, path: string, slot: Said['slot']): string =>
  inRuns(inits.flatMap((init) => (parentOf(init.path) === path ? [textOf(init.make, { slot })] : []))).join(', ');

// --- forward -------------------------------------------------------------------------------------------------------

const forwardLines = (
  bodies: readonly Body[],
  slot: Said['slot'],
  inputs: readonly string[],
  choices: ReadonlyMap<number, { readonly passes: number; readonly flag: string }>,
): readonly string[] => {
  const [body] = bodies as readonly [Body, ...Body[]];
  const { scope, outputs } = body;
  const holders = holdersIn(body);
  const lines = together(body, new Set(choices.keys()));
  const lastUse = new Map<number, number>();
  for (const [at, { statement }] of lines.entries()) for (const id of statement.reads) lastUse.set(id, at);
  for (const id of outputs) lastUse.set(id, lines.length);
  const names = new Map<number, string>();
  const living = new Set<string>();
  const shapes = new Map<number, readonly number[] | undefined>();
  scope.inputs.forEach((id, i) => {
    const name = free(inputs[i] ?? 'y', living);
    names.set(id, name);
  });
  const given = scope.inputs.map((id) => names.get(id) ?? 'x');
  const text = lines.flatMap(({ statement, from }, at) => {
    const { apply, reads, results } = statement;
    const computed = textOf(apply, {
      slot,
      read: (i) => names.get(reads[i] ?? -1) ?? 'x',
      self: (path) => reached(path, holders),
    });
    const choice = choices.get(from);
    const expression = choice
      ? `${computed} if self.${choice.flag} else ${names.get(reads[choice.passes] ?? -1) ?? 'x'}`
      : computed;
    const dying = [...new Set(reads)].filter((id) => lastUse.get(id) === at).map((id) => names.get(id) ?? 'x');
    for (const name of dying) living.delete(name);
    const targets = results.map((id, i) => {
      const passed = i > 0 ? undefined : dying.includes('x') ? 'x' : dying[0];
      const reused = passed === 'x' && stays(statement, at, lastUse) ? undefined : passed;
      const own = free(reused ?? newName(statement, lines, at, lastUse, living), living);
      names.set(id, own);
      return own;
    });
    for (const id of results) if (!lastUse.has(id)) living.delete(names.get(id) ?? '');
    const shape = sameShapes(bodies, from);
    const [first] = results;
    if (first !== undefined) shapes.set(first, shape);
    const changed = shape && shape.join() !== shapes.get(reads[0] ?? -1)?.join();
    const written = laid(`${targets.join(', ')} = ${expression}`, 2);
    const comment = changed ? `  # ${shape.join('x')}` : '';
    const [last = ''] = written.slice(-1);
    return last.length + comment.length <= LENGTH && written.length === 1 ? [last + comment] : written;
  });
  const results = outputs.map((id) => names.get(id) ?? 'x');
  return [...laid(`def forward(self, ${given.join(', ')}):`, 1), ...text, ...laid(`return ${results.join(', ')}`, 2)];
};

/** What a module makes for others than the next line is called by its own name. */
const stays = (
  { apply, results: [result = -1] }: Statement,
  at: number,
  lastUse: ReadonlyMap<number, number>,
): boolean => countIn(apply, ({ type }) => type === 'self') > 0 && (lastUse.get(result) ?? 0) > at + 1;

/** A value that is alive beside others: what one line makes has that line's name, what several make none of its own. */
const newName = (
  statement: Statement,
  lines: readonly { readonly statement: Statement }[],
  at: number,
  lastUse: ReadonlyMap<number, number>,
  living: ReadonlySet<string>,
): string => {
  const [result = -1] = statement.results;
  const next = lines[at + 1]?.statement;
  const isStep = next?.reads.includes(result) && lastUse.get(result) === at + 1 && next.reads.length === 1;
  return isStep ? (living.has('x') ? 'out' : 'x') : variable(statement.name);
};

/** What stands beside a layer goes on its line, where nobody else reads what is between. */
const together = (
  { statements, outputs }: Body,
  alone: ReadonlySet<number>,
): readonly { readonly statement: Statement; readonly from: number }[] => {
  const readers = new Map<number, number>();
  for (const { reads } of statements) for (const id of reads) readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const id of outputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const lines: { statement: Statement; from: number }[] = [];
  for (const [from, statement] of statements.entries()) {
    const before = lines.at(-1)?.statement;
    const [only, ...more] = statement.reads;
    const [made, ...others] = before?.results ?? [];
    const isBeside =
      before?.node !== undefined &&
      !alone.has(from) &&
      !alone.has(lines.at(-1)?.from ?? -1) &&
      statement.node?.sugarOf !== undefined &&
      (statement.node.sugarOf === before.node.id || statement.node.sugarOf === before.node.sugarOf) &&
      more.length === 0 &&
      others.length === 0 &&
      only === made &&
      readers.get(only ?? -1) === 1 &&
      countIn(statement.apply, ({ type }) => type === 'read') === 1;
    if (isBeside && before) lines[lines.length - 1] = { statement: within(statement, before), from };
    else lines.push({ statement, from });
  }
  return lines;
};

/** What comes out of a line, where it is the same in all copies. */
const sameShapes = (bodies: readonly Body[], at: number): readonly number[] | undefined => {
  const shapes = bodies.map(({ statements }) => statements[at]?.shape);
  return shapes.every((shape) => shape !== undefined && shape.join() === shapes[0]?.join()) ? shapes[0] : undefined;
};
