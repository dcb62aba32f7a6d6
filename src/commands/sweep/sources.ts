// Where the networks of a sweep come from: files, names, notation and texts, each read once as long as there is room. What is asked of
// them is sweep/answer.ts.

import type { Parsed } from '../../core/graph.js';
import type { Io } from '../../io.js';
import { build } from '../../lang/file.js';
import { isSpecText } from '../../lang/foreign.js';
import { Lasting } from '../../lang/lasting.js';
import { reportJson } from '../../report/json/report.js';
import { type Answers, answering, type Fault, type Line, type Question, type Sources } from '../../sweep/answer.js';
import { version } from '../../version.js';
import { valueAt } from '../get.js';
import { find, load, readSpecText, type Source } from '../load.js';
import { UsageError } from '../output.js';
import { Unreadable } from '../text.js';

/** Specs that are kept, by their names. */
const MOST_KEPT = 500;

/** Answers lines. What was read for one line is there for the next. */
export const answererOf = (question: Question, io: Io): Answerer =>
  answering(question, sourcesOf(question.options, io));

export type Answerer = (lines: readonly Line[]) => Promise<Answers>;

/** A spec that was read before it is asked for, and how lines say it. */
export interface ReadBefore extends Pick<Source, 'read' | 'options'> {
  readonly said: string | object;
}

/** A spec that is built again and again, and what all builds of it have in common. */
type Kept = Pick<Source, 'read' | 'options'> & { readonly lasting: Lasting };

const built = ({ read, options: own, lasting }: Kept, options: Question['options']): Parsed =>
  build(read, { ...own, ...options }, lasting);

/** `options` are said of all lines. */
export const sourcesOf = ({ set: _, ...common }: Question['options'], io: Io, before?: ReadBefore): Sources => {
  const named = new Map<string, Kept>();
  /** Of another program's file there are no values to set: it is read for each line. */
  const foreign = new Set<string>();
  /** Lines of one sweep have the same text in a row, or each its own. */
  let latest: { readonly text: string; readonly kept: Kept } | undefined;
  if (before) {
    const { said, read, options } = before;
    const kept = { read, options, lasting: new Lasting() };
    if (typeof said === 'string' && !isSpecText(said)) named.set(said, kept);
    else latest = { text: typeof said === 'string' ? said : JSON.stringify(said), kept };
  }
  const specNamed = async (name: string): Promise<Kept | undefined> => {
    const known = named.get(name);
    if (known || foreign.has(name)) return known;
    const { grown, read, options } = await find(name, common, io);
    if (grown) {
      foreign.add(name);
      return undefined;
    }
    if (named.size === MOST_KEPT) named.clear();
    const kept = { read, options, lasting: new Lasting() };
    named.set(name, kept);
    return kept;
  };
  return {
    parsed: async (spec, options) => {
      if ('text' in spec) {
        if (latest?.text !== spec.text)
          latest = { text: spec.text, kept: { ...(await readSpecText(spec.text, common)), lasting: new Lasting() } };
        return built(latest.kept, options);
      }
      const kept = await specNamed(spec.name);
      return kept ? built(kept, options) : (await load(spec.name, options, io)).parsed;
    },
    reported: (analysis, path) => {
      const { graph } = analysis;
      try {
        return valueAt(reportJson(analysis, { version, source: graph.name, layout: graph.layout }), path);
      } catch (error) {
        if (error instanceof UsageError) return undefined;
        throw error;
      }
    },
    faultOf,
  };
};

const faultOf = (error: unknown): Fault | undefined => {
  if (error instanceof Unreadable) return error.diagnostic;
  if (error instanceof UsageError) return { code: 'sweep/line', message: error.message, help: error.help };
  return undefined;
};
