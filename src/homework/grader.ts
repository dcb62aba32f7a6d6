// Grades the cells of one network: a verdict each, the mistake by name, follow-through, points. Reading and drawing are elsewhere.

import { type Analysis, rowOf } from '../analysis/analysis.js';
import { Findings } from '../core/findings.js';
import { DTYPES, isInput, recompute } from '../core/graph.js';
import { channels, type Shape, sameShape, spatial, sum } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { type Answer, type Rules, shortened } from './answers.js';
import { say } from './chinese.js';
import { type Conventions, others, USUAL } from './conventions.js';
import { diagnose, type Found } from './diagnosis.js';
import { type Cell, derivedKeys, type Earlier, slippedFields } from './follow.js';
import { type Given, readGiven } from './given.js';
import { fits, shapeGiven, writeKey } from './key.js';
import { MISTAKES } from './mistakes.js';
import { LayerNames } from './names.js';
import { type Asked, type Key, quantityNamed, type Surroundings } from './quantities.js';
import type { Graded, Result } from './verdict.js';
import { type Extent, type Subject, subjectOf, truthOf, type World, worldOf } from './world.js';

type Judgement = Pick<Graded, 'verdict'> &
  Partial<Pick<Graded, 'mistake' | 'mistakes' | 'column'>> & { readonly hint?: string | Found };

/** Options that an exercise may leave open. */
const CHOSEN: readonly string[] = ['kernel', 'stride', 'padding'];

/** Layers are worked out with a student's sizes only where those could be meant: some list what lies between. */
const isSize = (n: number): boolean => Number.isInteger(n) && n > 0 && n <= 1 << 16;

/** What a number without a unit is in bytes. */
const unitOf = ({ form }: Asked, { graph }: Analysis, { memory }: Conventions): number =>
  form !== 'bytes' ? 1 : { bytes: 1, kilobytes: 1024, elements: DTYPES[graph.dtype] * graph.batch }[memory];

/** Operations as the report counts them: those of pools, activations and norms too. */
const allOperations = ({ analysis, parts }: Subject): number =>
  sum(parts.map(({ node }) => rowOf(analysis, node.id)?.figures?.flops ?? 0));

export class Grader {
  private readonly conventions: Conventions;
  private readonly truth: World;
  private readonly cells: readonly Cell[];
  private readonly byName = new Map<string, Cell[]>();
  private readonly names: LayerNames;
  /** Names of which the sheet has layers below: there each is a layer of its own, and not the item with all that is in it. */
  private readonly opened = new Set<string>();
  private readonly points: ReadonlyMap<string, number>;
  private readonly hidden: ReadonlySet<string>;
  /** What points and hidden name, and the network has not. */
  private readonly strangers: string[] = [];
  /** With the student's own outputs put in. */
  private readonly own: World | null;
  /** A layer that is not there is told once, not for each of its cells. */
  private readonly findings = new Findings(({ message }) => message);

  constructor(
    private readonly analysis: Analysis,
    private readonly name: string,
    answers: readonly Answer[],
    private readonly rules: Rules,
    asked: readonly Answer[] | null,
  ) {
    this.conventions = { ...USUAL, ...rules.stated };
    this.truth = truthOf(analysis);
    this.names = new LayerNames(this.truth.items);
    const written = this.once(answers.flatMap((answer) => this.named(answer)));
    const wanted = asked ? this.asked(asked, written) : written;
    this.cells = wanted.flatMap((answer) => {
      const quantity = quantityNamed(answer.quantity);
      return quantity ? [{ answer, asked: quantity, given: readGiven(answer.text, quantity.form) }] : [];
    });
    for (const { answer } of this.cells)
      for (let at = answer.layer.lastIndexOf('.'); at > 0; at = answer.layer.lastIndexOf('.', at - 1))
        this.opened.add(answer.layer.slice(0, at));
    this.points = new Map(
      Object.entries(rules.points).flatMap(([name, n]) => this.ruled(name).map((own) => [own, n] as const)),
    );
    this.hidden = new Set(rules.hidden.flatMap((name) => this.ruled(name)));
    for (const cell of this.cells) {
      const name = `${cell.answer.layer}.${cell.asked.name}`;
      const alike = this.byName.get(name);
      if (alike) alike.push(cell);
      else this.byName.set(name, [cell]);
    }
    this.own = this.ownWorld();
  }

  result(): Result {
    const cells = this.cells.flatMap((cell) => this.grade(cell));
    return { cells, score: 0, max: 0, diagnostics: this.findings.inOrder, strangers: this.strangers };
  }

  // --- names -----------------------------------------------------------------------------------------------------------

  /** The answer under its layer's own name; none, and a finding, where the name fits nothing. */
  private named(answer: Answer): readonly Answer[] {
    if (answer.rows) return [answer];
    const layer = this.names.find(answer.layer, answer.listed);
    if (layer !== null) return [layer === answer.layer ? answer : { ...answer, layer }];
    const { at } = answer;
    const message = `there is no layer "${shortened(answer.layer)}"`;
    if (answer.minor) this.findings.note('answers/layer', `${message}; its row is left out`, at);
    else this.findings.error('answers/layer', message, at, () => suggestion(answer.layer, this.names.all, 'layers'));
    return [];
  }

  /** Whoever sets the rules says what is asked: cells that are missing are unanswered, others are not graded. */
  private asked(asked: readonly Answer[], given: readonly Answer[]): readonly Answer[] {
    const byCell = new Map(given.map((answer) => [cellName(answer), answer]));
    // The key's places are in another file than the student's sheet.
    return asked
      .flatMap(({ at: _, ...cell }) => this.named(cell))
      .map((cell) => byCell.get(cellName(cell)) ?? { ...cell, text: '' });
  }

  /** Of several answers to one question the first counts: points are given once. */
  private once(answers: readonly Answer[]): readonly Answer[] {
    const first = new Map<string, Answer>();
    return answers.filter((answer) => {
      const cell = cellName(answer);
      if (answer.rows || !first.has(cell)) {
        first.set(cell, answer);
        return true;
      }
      const { layer, quantity, at } = answer;
      this.findings.warning('answers/twice', `${layer} ${quantity} is answered twice; the first answer counts`, at);
      return false;
    });
  }

  /** A name in points or hidden: a layer, a quantity, or both as `layer.quantity`. */
  private ruled(name: string): readonly string[] {
    if (name === '') return [''];
    const quantity = quantityNamed(name);
    const layer = this.names.find(name);
    if (layer !== null) return [layer];
    if (quantity) return [`.${quantity.name}`];
    const dot = name.lastIndexOf('.');
    const owner = dot < 0 ? null : this.names.find(name.slice(0, dot));
    const asked = dot < 0 ? undefined : quantityNamed(name.slice(dot + 1));
    if (owner !== null && asked) return [`${owner}.${asked.name}`];
    this.strangers.push(name);
    return [];
  }

  /** What a name is of: the item, unless the sheet asks for what is in it as well. */
  private extent(layer: string): Extent {
    return this.opened.has(layer) ? 'layer' : 'item';
  }

  private subject(world: World, { layer, rows }: Answer): Subject | null {
    return subjectOf(this.analysis, world, layer, { ...(rows && { rows }), extent: this.extent(layer) });
  }

  // --- verdicts --------------------------------------------------------------------------------------------------------

  private grade(cell: Cell): readonly Graded[] {
    const { answer, asked, given } = cell;
    const subject = this.subject(this.truth, answer);
    const key = subject && asked.key(subject, this.around());
    if (!subject || !key) {
      this.notAsked(answer, subject);
      return [];
    }
    const { hint, ...judgement } = this.judge(cell, subject, key, given);
    const max = this.pointsOf(answer);
    const share =
      {
        correct: 1,
        'follow-through': this.rules.credit.followThrough,
        'correct-under-other-convention': this.rules.credit.otherConvention,
      }[judgement.verdict as string] ?? 0;
    return [
      {
        layer: this.name === '' ? answer.layer : `${this.name}/${answer.layer}`,
        quantity: asked.name,
        given: answer.text,
        ...judgement,
        ...(hint !== undefined && { hint: this.hintOf(hint) }),
        score: Math.round(max * share * 100) / 100,
        max,
        expected: this.isInvalid(key, subject)
          ? 'invalid'
          : writeKey(key, this.conventions, asked.form, unitOf(asked, this.analysis, this.conventions), (word) =>
              this.say(word),
            ),
        ...(this.isHidden(answer) && { hidden: true as const }),
        ...(answer.at && { at: answer.at }),
      },
    ];
  }

  private say(text: string): string {
    return say(text, this.rules.language ?? 'en');
  }

  private hintOf(hint: string | Found): string {
    if (typeof hint === 'string') return this.say(hint);
    return hint.hints.map((one) => this.say(one)).join(this.say(hint.between));
  }

  private judge(cell: Cell, subject: Subject, key: Key, given: Given): Judgement {
    if (given.is === 'unanswered') return { verdict: 'unanswered' };
    if (given.is === 'unreadable') return { verdict: 'unreadable', hint: given.why, column: given.at };
    const right = (candidate: Key | null): boolean =>
      candidate !== null && this.fits(cell, candidate, this.conventions);
    if (right(key) && this.isInvalid(key, subject))
      return {
        verdict: 'correct-under-other-convention',
        hint: 'right where sizes are rounded down, as frameworks do; this sheet calls it invalid',
      };
    if (right(key) || this.alsoRight(cell, subject)) return { verdict: 'correct' };
    if (given.is === 'word' && (given.word === 'yes' || given.word === 'no') && key.form === 'shape')
      return this.invalid(subject, given.word);
    if (this.follows(cell).some(right)) return { verdict: 'follow-through', hint: 'right for your own earlier answer' };
    const otherExtent = this.ofOtherExtent(cell, subject);
    if (otherExtent) return otherExtent;
    const mistake = this.mistake(cell, subject) ?? this.ownMistake(cell);
    if (mistake) {
      const { ids } = mistake;
      return { verdict: 'known-mistake', mistake: ids[0], ...(ids.length > 1 && { mistakes: ids }), hint: mistake };
    }
    return (
      this.underOther(cell, subject) ?? {
        verdict: 'wrong',
        hint: 'not right, and no mistake that is known: work it out again',
      }
    );
  }

  /** Windows may be chosen freely where the volume stays the same; symbols stand for weights; operations have two readings. */
  private alsoRight(cell: Cell, subject: Subject): boolean {
    const { answer, asked, given } = cell;
    if (given.is === 'symbolic' && asked.name === 'params' && this.rules.stated.bias === undefined) {
      const weights = quantityNamed('weights')?.key(subject, this.around());
      return weights ? this.fits(cell, weights, this.conventions) : false;
    }
    if (asked.name === 'flops' && this.conventions.count !== 'macs')
      return this.fits(cell, { form: 'number', number: allOperations(subject) }, this.conventions);
    const volume = asked.form === 'shape' && given.is === 'sizes' ? asked.key(subject, this.around()) : null;
    // A single channel may be left out: 2x2 for 2x2x1.
    if (volume?.form === 'shape' && given.is === 'sizes' && channels(volume.shape) === 1)
      return sameShape(given.sizes, spatial(volume.shape));
    const { node, inputs, facts } = subject.main;
    if (given.is === 'word' && asked.name === 'padding' && facts.windows) return this.keepsVolume(given.word, subject);
    if (given.is !== 'sizes' || !CHOSEN.includes(asked.name) || !facts.windows) return false;
    const options: Record<string, unknown> = {};
    for (const { answer: beside, asked: what, given: written } of this.cells) {
      if (beside.layer !== answer.layer || written.is !== 'sizes' || !CHOSEN.includes(what.name)) continue;
      const perAxis = facts.windows.map((_, axis) => written.sizes[axis] ?? written.sizes[0] ?? 0);
      if (!perAxis.every((n) => isSize(n) || (what.name === 'padding' && n === 0))) return false;
      options[what.name] = what.name === 'padding' ? perAxis.map((n) => [n, n]) : perAxis;
    }
    const other = recompute(node, inputs, options);
    return other !== null && sameShape(other.output, facts.output);
  }

  /** `same` and `valid` are right where padding by that word gives the same volume. */
  private keepsVolume(word: string, { main: { node, inputs, facts } }: Subject): boolean {
    const padding = word === 'same' ? word : facts.windows?.map(() => [0, 0]);
    const other = word === 'same' || word === 'valid' ? recompute(node, inputs, { padding }) : null;
    return other !== null && sameShape(other.output, facts.output);
  }

  /** A volume where the window does not fit in whole steps, on a sheet of a course that allows none. */
  private isInvalid(key: Key, subject: Subject): boolean {
    return key.form === 'shape' && this.conventions.fit === 'exact' && !this.isWhole(subject);
  }

  private isWhole(subject: Subject): boolean {
    const places = quantityNamed('fits')?.key(subject, this.around());
    return places?.form !== 'fit' || places.places.every(Number.isInteger);
  }

  private invalid(subject: Subject, word: 'yes' | 'no'): Judgement {
    if (word === 'yes' || this.isWhole(subject)) return { verdict: 'wrong', hint: 'a volume is asked' };
    if (this.conventions.fit === 'exact') return { verdict: 'correct' };
    return {
      verdict: 'correct-under-other-convention',
      hint: 'some courses call it invalid; this sheet rounds down, as frameworks do',
    };
  }

  // --- follow-through --------------------------------------------------------------------------------------------------

  private ownWorld(): World | null {
    const own = new Map<number, Shape>();
    for (const cell of this.cells) {
      if (cell.asked.name !== 'out' || cell.given.is !== 'sizes' || cell.answer.layer === 'total') continue;
      const part = this.subject(this.truth, cell.answer)?.result;
      if (!part || isInput(part.node) || !cell.given.sizes.every(isSize)) continue;
      const shape = shapeGiven(cell.given, part.facts.output.length, this.conventions);
      if (shape && !this.fits(cell, { form: 'shape', shape: part.facts.output }, this.conventions))
        own.set(part.node.id, shape);
    }
    return own.size > 0 ? worldOf(this.analysis, own, this.truth.items) : null;
  }

  /** The other cells of the sheet. */
  private besides(cell: Cell): Earlier {
    return (layer, quantity) => this.byName.get(`${layer}.${quantity}`)?.find((other) => other !== cell);
  }

  /** What would be right given the student's own earlier answers. */
  private follows(cell: Cell): readonly Key[] {
    const { answer, asked } = cell;
    const subject = this.subject(this.truth, answer);
    const derived = subject ? derivedKeys(asked, subject, this.besides(cell), this.around()) : [];
    const own = this.ownSubject(cell);
    const key = own && asked.key(own, this.around());
    return key ? [...derived, key] : derived;
  }

  /** The cell's layer with the student's outputs put in; its own output follows from what the layer reads, not from itself. */
  private ownSubject({ answer, asked }: Cell): Subject | null {
    const subject = this.own && this.subject(this.own, answer);
    if (!subject || asked.form !== 'shape') return subject;
    const facts = recompute(subject.result.node, subject.result.inputs);
    if (!facts) return subject;
    const result = { ...subject.result, facts };
    return { ...subject, result, main: subject.main === subject.result ? result : subject.main };
  }

  // --- mistakes --------------------------------------------------------------------------------------------------------

  private mistake(cell: Cell, subject: Subject): Found | null {
    const { asked, given } = cell;
    const fits = (key: Key, conventions = this.conventions) => this.fits(cell, key, conventions);
    return diagnose({ asked, subject, given, around: this.around(), rules: this.rules, fits });
  }

  /** The same mistakes on top of the student's own earlier answers. */
  private ownMistake(cell: Cell): Found | null {
    const subject = this.ownSubject(cell);
    return (subject && this.mistake(cell, subject)) ?? this.slippedField(cell);
  }

  private slippedField(cell: Cell): Found | null {
    if (cell.asked.name !== 'rf') return null;
    const subject = this.subject(this.truth, cell.answer);
    const slip =
      subject && slippedFields(subject, this.besides(cell)).find(({ key }) => this.fits(cell, key, this.conventions));
    const mistake = slip && MISTAKES.find(({ id }) => id === slip.id);
    return mistake ? { ids: [mistake.id], hints: [mistake.hint], between: '; or: ' } : null;
  }

  private underOther(cell: Cell, subject: Subject): Judgement | null {
    for (const { conventions, says } of others(this.conventions)) {
      const key = cell.asked.key(subject, this.around(conventions));
      if (key && this.fits(cell, key, conventions)) return { verdict: 'correct-under-other-convention', hint: says };
    }
    return null;
  }

  /** A layer with the normalisation and activation of its item, or without them. */
  private ofOtherExtent(cell: Cell, subject: Subject): Judgement | null {
    const { layer, rows } = cell.answer;
    if (rows || !cell.asked.adds || subject.main.node.kind.role !== 'weights') return null;
    const alone = this.extent(layer) === 'layer';
    const other = subjectOf(this.analysis, this.truth, layer, { extent: alone ? 'item' : 'layer' });
    const key = other && cell.asked.key(other, this.around());
    if (!key || !this.fits(cell, key, this.conventions)) return null;
    return {
      verdict: 'correct-under-other-convention',
      hint: alone
        ? 'right together with the normalisation and activation after it; this row is the layer alone'
        : 'right for the layer alone; this row is the layer together with its normalisation and activation',
    };
  }

  // --- what a cell is compared under -----------------------------------------------------------------------------------

  private around(conventions = this.conventions): Surroundings {
    return { conventions, memoryLimit: this.rules.memoryLimit, training: this.rules.training };
  }

  private fits({ asked, given }: Cell, key: Key, conventions: Conventions): boolean {
    const inputs = this.analysis.graph.nodes.find(isInput)?.facts?.output;
    const { stated, tolerance } = this.rules;
    return fits(given, key, {
      conventions,
      stated,
      tolerance,
      C: inputs?.[0] ?? 1,
      unit: unitOf(asked, this.analysis, conventions),
    });
  }

  private pointsOf({ layer, quantity }: Answer): number {
    const named = [`${layer}.${quantity}`, `.${quantity}`, layer, ''].find((name) => this.points.has(name));
    return named === undefined ? 1 : (this.points.get(named) ?? 1);
  }

  private isHidden({ layer, quantity }: Answer): boolean {
    return [layer, `.${quantity}`, `${layer}.${quantity}`].some((name) => this.hidden.has(name));
  }

  private notAsked({ layer, quantity, at }: Answer, subject: Subject | null): void {
    const silent = subject?.parts.find(({ facts }) => (facts.unstated ?? []).length > 0);
    if (silent)
      this.findings.error('answers/quantity', `${layer} has no ${quantity}: ${silent.node.name} does not state it`, at);
    else if (subject) this.findings.error('answers/quantity', `${layer} has no ${quantity}`, at);
    else this.findings.error('answers/unknown', `${layer} could not be computed`, at);
  }
}

const cellName = ({ layer, quantity }: Answer): string => `${layer} ${quantity}`;
