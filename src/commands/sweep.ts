// cnncalc sweep: many networks, a line each. What is asked of every line, who answers, and what of the answers is kept and in which form;
// the answers are sweep/answer.ts.

import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { ExpressionError } from '../lang/tokens.js';
import { sweepJson } from '../report/json/sweep.js';
import { SWEEP_COLUMNS, sweepPage, sweepRecords, usualSweepColumns } from '../report/pages/sweep.js';
import type { Answers, Line, Question } from '../sweep/answer.js';
import { type Network, isFigure } from '../sweep/network.js';
import { countOf, type Dimension, readDimension, SETTINGS } from '../sweep/over.js';
import { readCondition } from '../sweep/where.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import { COMMANDS } from './commands.js';
import { Interrupted, outputOf, UsageError } from './output.js';
import { type Printer, printerOf, type Result } from './print.js';
import { type Chosen, chosen } from './sweep/best.js';
import { inOrder } from './sweep/in-order.js';
import { linesIn, linesOver, numbered, shardOf } from './sweep/lines.js';
import { answererOf } from './sweep/sources.js';
import type { Work } from './work.js';

type SweepOptions = OptionsOf<typeof COMMANDS.sweep.options>;
