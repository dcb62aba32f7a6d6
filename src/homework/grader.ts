// Grades the cells of one network: a verdict each, the mistake by name, follow-through, points. Reading and drawing are elsewhere.

import type { Analysis } from '../analysis/analysis.js';
import { Findings } from '../core/findings.js';
import { DTYPES, isInput, recompute } from '../core/graph.js';
import { type Shape, sameShape } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { type Answer, meant, type Rules } from './answers.js';
import { type Conventions, others, USUAL } from './conventions.js';
import { diagnose, type Found } from './diagnosis.js';
import { type Cell, derivedKeys, type Earlier, slippedFields } from './follow.js';
import { type Given, readGiven } from './given.js';
import { fits, writeKey } from './key.js';
import { MISTAKES } from './mistakes.js';
import { type Asked, type Key, quantityNamed, type Surroundings } from './quantities.js';
import type { Graded, Result } from './verdict.js';
import { type Subject, subjectOf, type World, withSugar, worldOf } from './world.js';

type Judgement = Pick<Graded, 'verdict'> & Partial<Pick<Graded, 'mistake' | 'hint' | 'column'>>;

/** Options that an exercise may leave open. */
const CHOSEN: readonly string[] = ['kernel', 'stride', 'padding'];

/** Layers are worked out with a student's sizes only where those could be meant: some list what lies between. */
const isSize = (n: number): boolean => Number.isInteger(n) && n > 0 && n <= 1 << 16;

/** What a number without a unit is in bytes. */
const unitOf = ({ form }: Asked, { graph }: Analysis, { memory }: Conventions): number =>
  form !== 'bytes' ? 1 : { bytes: 1, kilobytes: 1024, elements: DTYPES[graph.dtype] * graph.batch }[memory];

/** Operations as the report counts them: those of pools, activations and norms too. */
const allOperations = ({ analysis, parts }: Subject): number => {
  const own = new Set(parts.map(({ node }) => node));
  return analysis.rows.reduce((all, row) => all + (own.has(row.node) ? (row.figures?.flops ?? 0) : 0), 0);
};

export class Grader {
  private readonly conventions: Conventions;
  private readonly truth: World;
  private readonly cells: readonly Cell[];
  private readonly byName = new Map<string, Cell[]>();
  /** With the student's own outputs put in. */
  private readonly own: World | null;
  /** A layer that is not there is told once, not for each of its cells. */
  private readonly findings = new Findings(({ message }) => message);

  constructor(
    private readonly analysis: Analysis,
    private readonly name: string,
    answers: readonly Answer[],
    private readonly rules: Rules,
  ) {
    this.conventions = { ...USUAL, ...rules.stated };
    this.truth = worldOf(analysis);
    const names = [...analysis.graph.nodes.map((node) => node.name), 'total'];
    this.cells = answers.flatMap((written) => {
      const asked = quantityNamed(written.quantity);
      const isName = written.rows || this.truth.nodes.has(written.layer);
      const answer = isName ? written : { ...written, layer: meant(written.layer, names) };
      return asked ? [{ answer, asked, given: readGiven(answer.text, asked.form) }] : [];
    });
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
    return { cells, score: 0, max: 0, diagnostics: this.findings.inOrder };
  }

  private grade(cell: Cell): readonly Graded[] {
    const { answer, asked, given } = cell;
    const subject = subjectOf(this.analysis, this.truth, answer.layer, answer.rows);
    const key = subject && asked.key(subject, this.around());
    if (!subject || !key) {
      this.notAsked(answer, subject);
      return [];
    }
    const judgement = this.judge(cell, subject, key, given);
    const max = this.points(answer);
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
        score: Math.round(max * share * 100) / 100,
        max,
        expected: this.isInvalid(key, subject)
          ? 'invalid'
          : writeKey(key, this.conventions, asked.form, unitOf(asked, this.analysis, this.conventions)),
        ...(this.hidden(answer) && { hidden: true as const }),
        ...(answer.at && { at: answer.at }),
      },
    ];
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
    if (given.is === 'word' && given.word !== 'global' && key.form === 'shape')
      return this.invalid(subject, given.word);
    if (this.follows(cell).some(right)) return { verdict: 'follow-through', hint: 'right for your own earlier answer' };
    const mistake = this.mistake(cell, subject) ?? this.ownMistake(cell);
    if (mistake) return { verdict: 'known-mistake', mistake: mistake.id, hint: mistake.hint };
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
    const { node, inputs, facts } = subject.result;
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
      if (cell.asked.name !== 'out' || cell.given.is !== 'sizes') continue;
      const part = this.truth.parts.get(this.truth.nodes.get(cell.answer.layer)?.id ?? -1);
      const { sizes } = cell.given;
      if (!part || isInput(part.node) || sizes.length !== part.facts.output.length || !sizes.every(isSize)) continue;
      const shape =
        this.conventions.layout === 'chw' || sizes.length < 2 ? sizes : [sizes.at(-1) ?? 0, ...sizes.slice(0, -1)];
      if (!this.fits(cell, { form: 'shape', shape: part.facts.output }, this.conventions)) own.set(part.node.id, shape);
    }
    return own.size > 0 ? worldOf(this.analysis, own) : null;
  }

  /** The other cells of the sheet. */
  private besides(cell: Cell): Earlier {
    return (layer, quantity) => this.byName.get(`${layer}.${quantity}`)?.find((other) => other !== cell);
  }

  /** What would be right given the student's own earlier answers. */
  private follows(cell: Cell): readonly Key[] {
    const { answer, asked } = cell;
    const subject = subjectOf(this.analysis, this.truth, answer.layer, answer.rows);
    const derived = subject ? derivedKeys(asked, subject, this.besides(cell), this.around()) : [];
    const own = this.ownSubject(cell);
    const key = own && asked.key(own, this.around());
    return key ? [...derived, key] : derived;
  }

  /** The cell's layer with the student's outputs put in; its own output follows from what the layer reads, not from itself. */
  private ownSubject({ answer, asked }: Cell): Subject | null {
    const subject = this.own && subjectOf(this.analysis, this.own, answer.layer, answer.rows);
    const facts = subject && asked.form === 'shape' ? recompute(subject.result.node, subject.result.inputs) : null;
    return subject && facts ? { ...subject, result: { ...subject.result, facts } } : subject;
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
    const subject = subjectOf(this.analysis, this.truth, cell.answer.layer, cell.answer.rows);
    const slip =
      subject && slippedFields(subject, this.besides(cell)).find(({ key }) => this.fits(cell, key, this.conventions));
    const mistake = slip && MISTAKES.find(({ id }) => id === slip.id);
    return mistake ?? null;
  }

  private underOther(cell: Cell, subject: Subject): Judgement | null {
    for (const { conventions, says } of others(this.conventions)) {
      const key = cell.asked.key(subject, this.around(conventions));
      if (key && this.fits(cell, key, conventions)) return { verdict: 'correct-under-other-convention', hint: says };
    }
    const more = withSugar(this.truth, subject);
    const key = more && cell.asked.form === 'count' ? cell.asked.key(more, this.around()) : null;
    return key && this.fits(cell, key, this.conventions)
      ? {
          verdict: 'correct-under-other-convention',
          hint: 'right together with the normalisation and activation after it; this row is the layer alone',
        }
      : null;
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

  private points({ layer, quantity }: Answer): number {
    const { points } = this.rules;
    const named = [`${layer}.${quantity}`, quantity, layer, ''].find((name) => Object.hasOwn(points, name));
    return named === undefined ? 1 : (points[named] ?? 1);
  }

  private hidden({ layer, quantity }: Answer): boolean {
    return this.rules.hidden.some((name) => name === layer || name === quantity || name === `${layer}.${quantity}`);
  }

  private notAsked({ layer, quantity, at }: Answer, subject: Subject | null): void {
    const names = [...new Set(this.analysis.graph.nodes.map((node) => node.name)), 'total'];
    if (subject) this.findings.error('answers/quantity', `${layer} has no ${quantity}`, at);
    else if (names.includes(layer) || names.some((name) => name.startsWith(`${layer}.`)))
      this.findings.error('answers/unknown', `${layer} could not be computed`, at);
    else
      this.findings.error('answers/layer', `there is no layer "${layer}"`, at, () =>
        suggestion(layer, names, 'layers'),
      );
  }
}
