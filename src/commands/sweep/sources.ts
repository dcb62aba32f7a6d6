// Where the networks of a sweep come from: files, names, notation and texts, each read once as long as there is room. What is asked of
// them is sweep/answer.ts.

import type { Io } from '../../io.js';
import { build } from '../../lang/file.js';
import { reportJson } from '../../report/json/report.js';
import { type Answers, answering, type Fault, type Line, type Question, type Sources } from '../../sweep/answer.js';
import { version } from '../../version.js';
import { valueAt } from '../get.js';
import { find, readSpecText, type Source } from '../load.js';
import { UsageError } from '../output.js';
import { Unreadable } from '../text.js';

/** Specs that are kept, by their names. */
const MOST_KEPT = 500;

/** Answers lines. What was read for one line is there for the next. */
export const answererOf = (question: Question, io: Io): ((lines: readonly Line[]) => Promise<Answers>) =>
  answering(question, sourcesOf(question, io));

const sourcesOf = ({ options: { set: _, ...common } }: Question, io: Io): Sources => {
  const named = new Map<string, Source>();
  /** Lines of one sweep have the same text in a row, or each its own. */
  let latest: { readonly text: string; readonly source: Pick<Source, 'read' | 'options'> } | undefined;
  const sourceNamed = async (name: string): Promise<Source> => {
    const known = named.get(name);
    if (known) return known;
    const source = await find(name, common, io);
    if (named.size === MOST_KEPT) named.clear();
    // Of another program's file there are no values to set: it is read for each line.
    if (!source.grown) named.set(name, source);
    return source;
  };
  return {
    parsed: async (spec, options) => {
      if ('name' in spec) {
        const source = await sourceNamed(spec.name);
        return source.grown
          ? ((await find(spec.name, options, io)).grown?.parsed ?? source.grown.parsed)
          : build(source.read, { ...source.options, ...options });
      }
      if (latest?.text !== spec.text) latest = { text: spec.text, source: await readSpecText(spec.text, common) };
      const { read, options: own } = latest.source;
      return build(read, { ...own, ...options });
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
