// The answers of a sweep as they come, and who gives them: counted, with a bar where it takes long. Which of them are kept, and in what
// form, is forms.ts.

import { sum } from '../../core/shape.js';
import { type Io, reason } from '../../io.js';
import type { Answers, Line } from '../../sweep/answer.js';
import { type Network, pick } from '../../sweep/network.js';
import { UsageError } from '../output.js';
import { progressBar } from '../progress.js';
import { inOrder, type Worker } from './in-order.js';
import type { SweepInput, SweepOptions } from './input.js';
import type { Interrupt } from './interrupt.js';
import { type Before, behind } from './resume.js';
import type { Answerer } from './sources.js';

/** From so many on it pays to start threads. */
const LONG = 10_000;

/** Milliseconds for which nothing need be heard. */
const BREATH = 50;

export class Answered {
  /** How many networks there were, how many of them could not be analysed, and of how many a condition is not known. */
  asked = 0;
  failed = 0;
  unknown = 0;
  /** How many were given on. */
  wanted = 0;
  private readonly threads: { readonly end: () => void }[] = [];
  private breath = 0;

  constructor(
    private readonly input: SweepInput,
    private readonly options: SweepOptions,
    private readonly earlier: Before | undefined,
    private readonly interrupt: Interrupt,
    private readonly io: Io,
  ) {}

  close(): void {
    for (const thread of this.threads) thread.end();
  }

  /** Those that are wanted, some at a time, in their order. */
  async *networks(): AsyncIterable<readonly Network[]> {
    const { io, options, input } = this;
    const isSeen = options.quiet !== true && (!io.stdout.isTTY || options.output !== undefined);
    const bar = progressBar(io, isSeen, 'sweeping');
    try {
      for await (const answers of inOrder(this.lines(), this.workers(), this.interrupt.stopped)) {
        this.asked += answers.asked;
        this.failed += answers.failed;
        this.unknown += answers.unknown;
        this.wanted += answers.networks.length;
        if (answers.networks.length > 0) yield answers.networks;
        if (input.total === undefined) bar.turn();
        else bar.draw(this.asked, input.total);
        await this.breathe();
      }
    } finally {
      bar.clear();
    }
  }

  private lines(): AsyncIterable<readonly Line[]> {
    const { earlier, input } = this;
    const lines = input.lines(earlier?.last?.index ?? 0);
    if (!earlier) return lines;
    const { columns } = this.options;
    return behind(lines, earlier, async (line) => {
      const [network] = (await input.answer([line])).networks;
      return network ? JSON.stringify(columns ? pick(network, columns) : network) : '';
    });
  }

  private workers(): readonly Worker<readonly Line[], Answers>[] {
    const { io, input } = this;
    const { jobs = (input.total ?? 0) >= LONG ? io.processors : 1 } = this.options;
    // More than there are processors would only keep each other waiting.
    const others = Math.min(jobs, io.processors) - 1;
    const threads = Array.from({ length: others }, () => ({ work: this.thread() }));
    return [...threads, { work: this.here(), isHere: true }];
  }

  /** Those of this thread, in which nothing is heard while it computes: it takes breath. */
  private here(): Answerer {
    const { answer } = this.input;
    return async (lines) => {
      const all: Answers[] = [];
      for (const line of lines) {
        all.push(await answer([line]));
        await this.breathe();
      }
      return together(all);
    };
  }

  private async breathe(): Promise<void> {
    if (this.io.now() - this.breath < BREATH) return;
    await this.io.breathe();
    this.breath = this.io.now();
  }

  private thread(): Answerer {
    const thread = this.io.startAnswering(this.input.question);
    this.threads.push(thread);
    return async (lines) => {
      try {
        return (await thread.ask(lines)) as Answers;
      } catch (error) {
        throw new UsageError(`a thread of the sweep has ended: ${reason(error)}`, '--jobs 1 needs none');
      }
    };
  }
}

const together = (all: readonly Answers[]): Answers => ({
  networks: all.flatMap(({ networks }) => networks),
  asked: sum(all.map(({ asked }) => asked)),
  failed: sum(all.map(({ failed }) => failed)),
  unknown: sum(all.map(({ unknown }) => unknown)),
});
