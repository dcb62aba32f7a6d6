// A .prototxt as the layers of the TEST phase, old and new ways of writing brought together: their types, blobs and parameters. What a layer
// computes is types.ts.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';
import { Fields, Mistakes } from './fields.js';
import { isMessage, type Message, type Scalar } from './prototxt.js';

/** What the text says of a learned tensor: under which name others use it, and how fast it learns. */
interface Spec {
  readonly name: string;
  readonly rate: number;
}

export interface Definition {
  readonly name: string;
  /** In small letters without `_`, as both ways of writing have it: `innerproduct`. */
  readonly type: string;
  /** As it is written. */
  readonly written: string;
  /** The type, in the text. */
  readonly at: Place;
  readonly bottoms: readonly Scalar[];
  readonly tops: readonly string[];
  readonly fields: Fields;
  readonly mistakes: Mistakes;
  readonly specs: readonly Spec[];
  /** Part of the network when it is tested. */
  readonly tested: boolean;
}

export const definitionsOf = (net: Message, findings: Findings): readonly Definition[] =>
  // The two ways do not stand in one file.
  ['layer', 'layers'].flatMap((key) =>
    (net.fields.get(key) ?? []).flatMap((field) => (isMessage(field) ? [definition(field, findings)] : [])),
  );

const definition = (message: Message, findings: Findings): Definition => {
  const type = message.fields.get('type')?.at(-1);
  const at = type?.place ?? message.place;
  const mistakes = new Mistakes(findings, at);
  const fields = new Fields(message, mistakes);
  const written = fields.word('type', '');
  if (written === '')
    mistakes.fail(
      message.fields.has('layer') ? 'this layer is written in the first way of Caffe' : 'this layer has no type',
      message.place,
      message.fields.has('layer')
        ? 'upgrade_net_proto_text, a tool of Caffe, writes it in the new way'
        : 'write type: "Convolution"',
    );
  return {
    name: fields.word('name', ''),
    type: written.toLowerCase().replaceAll('_', ''),
    written,
    at,
    bottoms: fields.scalars('bottom'),
    tops: fields.scalars('top').map(({ text }) => text),
    fields,
    mistakes,
    specs: specsOf(fields),
    tested: isTested(fields),
  };
};

/** `param { name, lr_mult }` for each tensor; in the old way names and rates stand in lists of their own. */
const specsOf = (fields: Fields): readonly Spec[] => {
  const specs = fields.all('param').map((spec) => ({ name: spec.word('name', ''), rate: spec.real('lr_mult', 1) }));
  if (specs.length > 0) return specs;
  const [names, rates] = [fields.scalars('param'), fields.reals('blobs_lr')];
  return Array.from({ length: Math.max(names.length, rates.length) }, (_, i) => ({
    name: names[i]?.text ?? '',
    rate: rates[i] ?? 1,
  }));
};

const isTested = (fields: Fields): boolean => {
  if (fields.has('phase') && !isTest(fields.word('phase', ''))) return false;
  const [includes, excludes] = [fields.all('include'), fields.all('exclude')];
  return includes.length > 0 ? includes.some(meets) : !excludes.some(meets);
};

/** Whether a rule is that of the TEST phase, on level 0 and no stage, as Caffe itself reads a deployed network. */
const meets = (rule: Fields): boolean =>
  (!rule.has('phase') || isTest(rule.word('phase', ''))) &&
  rule.whole('min_level', 0) <= 0 &&
  rule.whole('max_level', 0) >= 0 &&
  !rule.has('stage');

const isTest = (phase: string): boolean => phase === 'TEST' || phase === '1';
