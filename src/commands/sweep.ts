// cnncalc sweep: many networks, a line each. Who answers, and what of the answers is printed in which form; what is read is
// sweep/input.ts, an answer sweep/answer.ts beside the commands.

import { isFailure } from '../core/diagnostic.js';
import { listed } from '../core/quantity.js';
import { type Io, reason } from '../io.js';
import { sweepJson } from '../report/json/sweep.js';
import type { Page } from '../report/page.js';
import { SWEEP_COLUMNS, sweepPage, sweepRecords, usualSweepColumns } from '../report/pages/sweep.js';
import type { Answers, Line } from '../sweep/answer.js';
import { type Network, valueIn } from '../sweep/network.js';
import { version } from '../version.js';
import { COMMANDS } from './commands.js';
import { valueAt } from './get.js';
import { Interrupted, outputOf, UsageError } from './output.js';
import { type Printer, printerOf, type Result } from './print.js';
import { progressBar } from './progress.js';
import { chosenBy } from './sweep/best.js';
import { inOrder } from './sweep/in-order.js';
import { inputOfLines, inputOfSpec, isOfLines, type SweepInput, type SweepOptions, specOf } from './sweep/input.js';
import { numbered } from './sweep/lines.js';
import { type Plot, plotOf } from './sweep/plot.js';
import { type Before, before, behind } from './sweep/resume.js';
import { answererOf } from './sweep/sources.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.sweep> = async ({ spec }, options, output, io) => {
  refuseTogether(spec, options);
  if (isOfLines(spec, options)) {
    // What is read line by line is answered line by line.
    const isAsked =
      options.json || options.format || options.get !== undefined || options.output !== undefined || options.plot;
    const printer = isAsked ? output : printerOf({ ...options, jsonl: true }, output, COMMANDS.sweep);
    return swept(inputOfLines(spec, options, io), options, printer, io);
  }
  const found = await specOf(spec, options, io);
  const { diagnostics } = found.read;
  if (diagnostics.some(isFailure)) {
    output.diagnostics(diagnostics, found);
    return 2;
  }
  if (found.remark !== null && !options.list) output.hint(found.remark);
  return swept(await inputOfSpec(found.said, options, io), options, output, io);
};

/** What of a line that is there already would be said in vain. */
const SAID = ['variant', 'set', 'input', 'batch', 'dtype'] as const;

/** Throws a UsageError for options that mean nothing together. */
const refuseTogether = (spec: string, options: SweepOptions): void => {
  const given = (keys: readonly (keyof SweepOptions)[]): readonly string[] =>
    keys.filter((key) => options[key] !== undefined && options[key] !== false).map((key) => `--${key}`);
  const [needsAll = ''] = given(['pareto', 'top', 'sort', 'plot']);
  if (options.resume !== undefined && needsAll)
    throw new UsageError(
      `--resume writes lines as they come, and ${needsAll} needs them all`,
      `sweep them first, and then: cnncalc sweep ${options.resume} ${needsAll} …`,
    );
  if (options.resume !== undefined && options.output !== undefined)
    throw new UsageError('--resume names the file that is written; leave -o out');
  const unsaid = given([
    'where',
    'pareto',
    'top',
    'sort',
    'reverse',
    'plot',
    'columns',
    'get',
    'json',
    'format',
    'jobs',
    'resume',
    'freeze',
    'pad',
    'layout',
    ...(isOfLines(spec, options) ? SAID : []),
  ]);
  if (options.list && unsaid.length > 0)
    throw new UsageError(
      `--list writes the lines unanswered; ${listed(unsaid)} ${unsaid.length > 1 ? 'belong' : 'belongs'} where they are answered`,
    );
};

/** Ctrl-C, which ends the reading: what was begun is finished, and written in whole lines. */
interface Interrupt {
  isHeard: boolean;
  readonly stopped: Promise<void>;
  readonly forget: () => void;
}

const interruptOf = (io: Io): Interrupt => {
  let hear = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const interrupt: Interrupt = {
    isHeard: false,
    stopped,
    forget: io.onInterrupt(() => {
      interrupt.isHeard = true;
      hear();
    }),
  };
  return interrupt;
};

const swept = async (input: SweepInput, options: SweepOptions, printer: Printer, io: Io): Promise<number> => {
  const interrupt = interruptOf(io);
  try {
    if (options.list) return await writeList(input, interrupt, printer);
    const earlier = options.resume === undefined ? undefined : before(options.resume, io);
    const sweep = new Sweep(input, options, earlier, interrupt, io);
    const out = earlier ? await goingOn(options, earlier, io) : printer;
    try {
      await out.print(sweep.forms());
    } finally {
      sweep.close();
    }
    if (interrupt.isHeard) throw new Interrupted(sweep.interrupted);
    for (const sentence of sweep.remarks) printer.hint(sentence);
    return sweep.failed > 0 ? 1 : 0;
  } finally {
    interrupt.forget();
  }
};

const writeList = async (input: SweepInput, interrupt: Interrupt, printer: Printer): Promise<number> => {
  const lines = inOrder(input.lines(0), [async (some) => some], interrupt.stopped);
  await printer.stream(lines, async (some) => some.map((line) => `${numbered(line)}\n`).join(''));
  if (interrupt.isHeard) throw new Interrupted('interrupted; the lines so far are written');
  return 0;
};

/** A console that writes behind what an earlier sweep has written. */
const goingOn = async (options: SweepOptions, { file, kept }: Before, io: Io): Promise<Printer> => {
  const written = { ...options, output: file, jsonl: true };
  return printerOf(written, await outputOf({ ...written, kept }, io, COMMANDS.sweep), COMMANDS.sweep);
};

/** So many networks are in one table; the next ones get one of their own. */
const ROWS = 1000;

/** From so many on it pays to start threads. */
const LONG = 1000;

class Sweep {
  asked = 0;
  failed = 0;
  private unknown = 0;
  private told = 0;
  /** Nothing is written before all have come. */
  private isWhole = false;
  private readonly threads: { readonly end: () => void }[] = [];
  private readonly chosen: ReturnType<typeof chosenBy>;

  constructor(
    private readonly input: SweepInput,
    private readonly options: SweepOptions,
    private readonly earlier: Before | undefined,
    private readonly interrupt: Interrupt,
    private readonly io: Io,
  ) {
    this.chosen = chosenBy(options);
  }

  close(): void {
    for (const thread of this.threads) thread.end();
  }

  forms(): Result {
    const usual = usualSweepColumns(this.input.varied);
    const { columns, get, plot } = this.options;
    const networks = () => (this.chosen ? this.best() : this.networks());
    const unplotted = () => {
      if (plot)
        throw new UsageError('--plot is drawn, and this format has no drawings', 'say -o sweep.svg, or nothing');
      return networks();
    };
    const keys = (otherwise: readonly string[]) =>
      columns?.flatMap((key) => (key === 'all' ? [...SWEEP_COLUMNS, ...(this.input.varied ?? [])] : [key])) ??
      otherwise;
    return {
      page: async () => (plot ? this.plotPage(keys(usual.table)) : this.pages(networks(), keys(usual.table))),
      scene: async () => {
        const { scatterScene } = await import('../report/drawing/scatter.js');
        const { scatter } = await this.plotted();
        return this.interrupt.isHeard ? null : scatterScene(scatter());
      },
      records: () => records(unplotted(), keys(usual.records)),
      lines: () => (columns ? picked(unplotted(), keys([])) : unplotted()),
      json: async () => {
        if (plot) unplotted();
        if (get !== undefined && !/^(?:schema|version|networks)(?:\.|$)/.test(get)) return valued(networks(), get);
        this.isWhole = true;
        const all: Network[] = [];
        for await (const some of networks()) all.push(...some);
        return this.interrupt.isHeard ? null : sweepJson(all, version);
      },
    };
  }

  /** What is worth knowing of all of them. */
  get remarks(): readonly string[] {
    const { failed, asked, unknown } = this;
    return [
      ...(failed > 0 ? [`${failed} of ${asked} networks could not be analysed in full; their lines say why`] : []),
      ...(unknown > 0 ? [`${unknown} of ${asked} networks are left out: what --where asks is not known of them`] : []),
    ];
  }

  get interrupted(): string {
    const { resume } = this.options;
    if (this.isWhole) return `interrupted after ${this.asked} networks; nothing was written`;
    return `interrupted after ${this.asked} networks; ${resume === undefined ? 'what was answered is written' : `the same command goes on behind them`}`;
  }

  /** Those that are wanted, as they come. */
  private async *networks(): AsyncIterable<readonly Network[]> {
    const { io, options, input } = this;
    const bar = progressBar(
      io,
      options.quiet !== true && (!io.stdout.isTTY || options.output !== undefined),
      'sweeping',
    );
    try {
      for await (const answers of inOrder(this.lines(), this.workers(), this.interrupt.stopped)) {
        this.asked += answers.asked;
        this.failed += answers.failed;
        this.unknown += answers.unknown;
        this.told += answers.networks.length;
        if (answers.networks.length > 0) yield answers.networks;
        if (input.total === undefined) bar.turn();
        else bar.draw(this.asked, input.total);
        // Ctrl-C is heard of when others have their turn.
        await io.breathe();
      }
    } finally {
      bar.clear();
    }
  }

  private lines(): AsyncIterable<readonly Line[]> {
    const { earlier, input } = this;
    const lines = input.lines(earlier?.last?.index ?? 0);
    if (!earlier) return lines;
    const answer = answererOf(input.question, this.io);
    const { columns } = this.options;
    return behind(lines, earlier, async (line) => {
      const [network] = (await answer([line])).networks;
      return network ? JSON.stringify(columns ? pick(network, columns) : network) : '';
    });
  }

  private workers(): readonly ((lines: readonly Line[]) => Promise<Answers>)[] {
    const { io, input } = this;
    const { jobs = (input.total ?? 0) >= LONG ? io.processors : 1 } = this.options;
    if (jobs === 1) return [answererOf(input.question, io)];
    return Array.from({ length: jobs }, () => {
      const thread = io.startAnswering(input.question);
      this.threads.push(thread);
      return async (lines) => {
        try {
          return (await thread.ask(lines)) as Answers;
        } catch (error) {
          throw new UsageError(`a thread of the sweep has ended: ${reason(error)}`, '--jobs 1 needs none');
        }
      };
    });
  }

  /** All of them by two figures, and the table of those that no other beats. */
  private async plotPage(keys: readonly string[]): Promise<Page> {
    const plot = await this.plotted();
    return this.interrupt.isHeard ? [] : [{ type: 'scatter', ...plot.scatter() }, ...sweepPage(plot.best(), keys)];
  }

  private async plotted(): Promise<Plot> {
    this.isWhole = true;
    const plot = plotOf(this.options.plot, this.options.pareto);
    for await (const networks of this.networks())
      for (const network of networks) if (network.error === undefined) plot.add(network);
    return plot;
  }

  private async *best(): AsyncIterable<readonly Network[]> {
    this.isWhole = true;
    for await (const networks of this.networks())
      for (const network of networks) if (network.error === undefined) this.chosen?.add(network);
    const found = this.interrupt.isHeard ? [] : (this.chosen?.networks() ?? []);
    if (found.length > 0) yield found;
    this.told = found.length;
  }

  private async *pages(networks: AsyncIterable<readonly Network[]>, keys: readonly string[]) {
    let some: Network[] = [];
    for await (const more of networks) {
      some.push(...more);
      while (some.length >= ROWS) {
        yield sweepPage(some.slice(0, ROWS), keys);
        some = some.slice(ROWS);
      }
    }
    if (some.length > 0) yield sweepPage(some, keys);
    if (this.told < this.asked) yield [{ type: 'text' as const, text: `${this.told} of ${this.asked} networks` }];
  }
}

/** One by one, each with a value at the path. Throws a UsageError where the first has none. */
async function* valued(networks: AsyncIterable<readonly Network[]>, path: string): AsyncIterable<Network> {
  let isFirst = true;
  for await (const some of networks)
    for (const network of some) {
      yield isFirst || hasValue(network, path) ? network : { ...network, [path]: null };
      isFirst = false;
    }
}

const hasValue = (network: Network, path: string): boolean => {
  try {
    return valueAt(network, path) !== undefined;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
};

async function* records(networks: AsyncIterable<readonly Network[]>, keys: readonly string[]) {
  const [heading = []] = sweepRecords([], keys);
  yield [heading];
  for await (const some of networks) yield sweepRecords(some, keys).slice(1);
}

async function* picked(networks: AsyncIterable<readonly Network[]>, keys: readonly string[]) {
  for await (const some of networks) yield some.map((network) => pick(network, keys));
}

/** The columns of a line; what is wrong is said in any case. */
const pick = (network: Network, keys: readonly string[]): object => {
  const { error, message } = network;
  const values = keys.map((key) => [key, valueIn(network, key) ?? null] as const);
  return { ...Object.fromEntries(values), ...(error !== undefined && { error, message }) };
};
