// A network as code for PyTorch (1.13 to 2.x): a class for each block, the network last, what it must come to as asserts. The parts are in
// the folder, in the order of the work: words.ts, tree.ts, body.ts, classes.ts, text.ts, layout.ts.

import { isFrozen } from '../core/count.js';
import { isInput } from '../core/graph.js';
import { grouped } from '../core/quantity.js';
import { type Model, Refusing } from './model.js';
import { laid } from './python/layout.js';
import { literal, quoted } from './python/literal.js';
import { free } from './python/words.js';
import { type Class, classesOf } from './pytorch/classes.js';
import { EXTRAS } from './pytorch/extras.js';
import { variable } from './pytorch/names.js';
import type { ExtraName } from './pytorch/piece.js';
import { classText, networkText } from './pytorch/text.js';
import { treeOf } from './pytorch/tree.js';
import type { Exporter } from './target.js';

export const pytorch: Exporter = (model) => {
  const refusing = new Refusing();
  const root = treeOf(model, refusing);
  refusing.end();
  const extras = [...new Set(root.rows.flatMap(({ pieces }) => pieces.flatMap(({ extra }) => extra ?? [])))];
  const taken = new Set(['Net', 'F', ...Object.keys(EXTRAS)]);
  const { classes, root: body } = classesOf(root, model.analysis.graph.blocks, taken);
  const inputs = inputNames(model);
  const parts = [
    ...extras.toSorted().map((name: ExtraName) => EXTRAS[name].split('\n')),
    ...classes.map((one) => classText(one, aboutClass(one))),
    networkText(body, aboutNetwork(model), inputs, frozenLines(model)),
    mainLines(model),
  ];
  const text = parts.map((lines) => `\n\n${lines.join('\n')}\n`).join('');
  const imports = ['import torch', 'import torch.nn.functional as F', 'from torch import nn'].filter(
    (line) => !line.endsWith(' F') || /\bF\./.test(text),
  );
  return { content: `${[`"""${titleOf(model)}"""`, '', ...imports].join('\n')}\n${text}` };
};

const plain = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', "'");

const titleOf = ({ origin, analysis }: Model): string => {
  const { name } = analysis.graph;
  return plain(`${name === '' ? 'A network' : name}, from ${origin}.`).replace(/\s+/g, ' ');
};

const aboutNetwork = ({ analysis }: Model): string => {
  const { totals, graph } = analysis;
  const name = graph.name === '' ? 'The network' : plain(graph.name).replace(/\s+/g, ' ');
  return `${name}: ${grouped(totals.params ?? 0)} parameters, ${grouped(totals.macs ?? 0)} MACs.`;
};

/** Where a class stands: the names of the first copies, and how many there are. */
const aboutClass = ({ copies }: Class): string => {
  const paths = copies.map(({ body }) => body.scope.path);
  return paths.length === 1 ? `${paths[0]}.` : `${paths[0]} and ${paths.length - 1} more.`;
};

/** What `forward` calls its inputs. */
const inputNames = ({ inputs }: Model): readonly string[] => {
  if (inputs.length === 1) return ['x'];
  const taken = new Set<string>();
  return inputs.map(({ name }) => free(variable(name), taken));
};

/** What training leaves alone. */
const frozenLines = ({ analysis }: Model): readonly string[] => {
  const names = analysis.graph.nodes.flatMap((node) => {
    const { params = [] } = node.facts ?? {};
    return !isInput(node) && params.length > 0 && params.every(isFrozen) ? [node.name] : [];
  });
  if (names.length === 0) return [];
  return [
    ...laid(`for name in (${names.map(quoted).join(', ')}${names.length === 1 ? ',' : ''}):`, 0),
    '    self.get_submodule(name).requires_grad_(False)',
  ];
};

/** The file run by itself proves its figures. */
const mainLines = ({ analysis, inputs, outputs, steps }: Model): readonly string[] => {
  const zeros = inputs.map(({ shape }) => `torch.zeros${literal([1, ...shape])}`);
  const shapes = outputs.map((id) => literal([1, ...(steps.find((step) => step.id === id)?.output ?? [])]));
  const params = analysis.totals.params ?? 0;
  const many = outputs.length > 1;
  return [
    'if __name__ == "__main__":',
    '    net = Net().eval()',
    '    parameters = sum(parameter.numel() for parameter in net.parameters())',
    `    assert parameters == ${pythonGrouped(params)}, f"{parameters:,} parameters"`,
    '    with torch.no_grad():',
    ...laid(`${many ? 'outputs' : 'output'} = net(${zeros.join(', ')})`, 2),
    ...(many
      ? [
          '    shapes = [tuple(output.shape) for output in outputs]',
          ...laid(`assert shapes == [${shapes.join(', ')}], shapes`, 1),
          '    print(f"{parameters:,} parameters, outputs {shapes}")',
        ]
      : [
          ...laid(`assert output.shape == ${shapes[0]}, output.shape`, 1),
          '    print(f"{parameters:,} parameters, output {tuple(output.shape)}")',
        ]),
  ];
};

const pythonGrouped = (n: number): string => grouped(n).replaceAll(',', '_');
