// Every command, as data: its words, options, forms, examples. What help, completion and advice say of a command is asked here.
// The work is elsewhere, one file each, which program.ts knows.

import { OPTIMIZERS, TORCHES } from '../analysis/training/choices.js';
import {
  anyNumber,
  atLeastOne,
  type Command,
  choice,
  command,
  flag,
  off,
  optional,
  read,
  required,
  text,
} from './command.js';
import {
  BUDGET,
  bytes,
  DATA,
  DRAWING,
  ENGINE,
  FORM,
  figure,
  globs,
  LAYOUT,
  LINES,
  names,
  ONLY,
  OUTPUT,
  OUTPUT_DRAWN,
  pattern,
  places,
  positive,
  ROWS,
  RUN,
  SPEC,
  STRICT,
  several,
  shard,
  square,
  TABLE,
  WATCH,
  WEIGHTS,
  whole,
} from './options.js';

const spec = required(
  'SPEC',
  'a file, the name of a bundled network, course notation, or - for standard input',
  'spec',
);

const summary = command({
  name: 'summary',
  doc: 'layer by layer: shapes, parameters, MACs, receptive field',
  more: 'Totals and memory stand below the table. This is the default: cnncalc SPEC.',
  usage: 'SPEC [options]\n       cnncalc COMMAND [options]',
  args: { spec: optional('SPEC', spec.doc, 'spec'), more: anyNumber('MORE', '') },
  options: [
    SPEC,
    TABLE,
    FORM,
    LINES,
    LAYOUT,
    DRAWING,
    BUDGET,
    {
      title: 'The output:',
      options: {
        explain: flag('every number worked out, as the command explain does'),
        convention: text('<tool>', 'what another tool counts, layer by layer: thop, fvcore, …', {
          suggests: 'convention',
        }),
      },
    },
    WATCH,
    STRICT,
    OUTPUT_DRAWN,
  ],
  forms: ['page', 'json', 'lines', 'records', 'scene', 'diagram', 'html'],
  examples: [
    'alexnet # every layer, and the totals',
    'resnet50 --depth 1 # one line per stage',
    'resnet50 -o net.html # a page that shows it, and in which it is edited',
    'resnet50 -o net.svg # the network as a drawing',
    'net.yaml --watch # again on every save',
    '"INPUT 32x32x3; CONV-5-6; POOL-2" # course notation',
    'vgg16 --get totals.params # one value',
    'net.yaml --json | jq .totals # for other programs',
    'zoo # all bundled networks',
    'new net.yaml # a first spec with comments',
  ],
});

const explain = command({
  name: 'explain',
  doc: 'every number of a layer worked out',
  more: 'The formula, the same with numbers, the result, and which convention it follows.',
  args: { spec, layer: optional('LAYER', 'one layer, with what stands below its name', 'layer') },
  options: [SPEC, ONLY, FORM, LAYOUT, WATCH, STRICT, OUTPUT],
  forms: ['page', 'json', 'scene'],
  examples: [
    'explain alexnet conv1',
    'explain resnet50 layer1 -o layer1.md',
    'explain alexnet conv1 -o conv1.svg # its kernel on its input',
  ],
});

const check = command({
  name: 'check',
  doc: 'grades an answer sheet and names the mistakes',
  more: 'The exit code is 0 only if all is right. Several sheets, or the folder of --class, are a class: a table of students and questions, and the mistakes by who made them.',
  usage: 'SPEC [ANSWERS...] [options]\n       cnncalc check [SPEC] --class FOLDER [options]',
  args: {
    spec: optional('SPEC', 'as for summary; a sheet that names its spec may stand alone', 'spec'),
    answers: anyNumber(
      'ANSWERS',
      'a sheet: YAML, CSV or a Markdown table, or one of each student; absent: what the spec expects of itself',
      'file',
    ),
  },
  options: [
    SPEC,
    {
      title: 'Grading:',
      options: {
        show: choice('<what>', 'verdicts only, hints, or the answers too', ['none', 'hint', 'answer'], {
          fallback: 'hint',
        }),
        rules: text(
          '<file>',
          "the teacher's sheet: what is asked, points, conventions; the student's own are not heeded",
          { suggests: 'file' },
        ),
        class: text('<folder>', 'every sheet in it, and in its folders, as learning platforms hand them out', {
          suggests: 'file',
        }),
        template: flag('an empty sheet for SPEC'),
        lang: choice('<code>', 'what hints are written in; absent: as the sheet says, or English', ['en', 'zh']),
      },
    },
    FORM,
    LINES,
    LAYOUT,
    WATCH,
    OUTPUT,
  ],
  forms: ['page', 'json', 'lines', 'records', 'yaml', 'junit', 'gradescope'],
  examples: [
    'check alexnet --template -o answers.yaml',
    'check alexnet answers.yaml',
    'check sheet.yaml --format junit -o report.xml',
    'check alexnet --class homework/ -o grades.csv # a class',
  ],
});

const quiz = command({
  name: 'quiz',
  doc: 'a sheet of questions, which check grades',
  more: "Random layers and networks, or with --lecture a lecture's questions on normalisation, AlexNet and VGG.",
  args: {},
  options: [
    {
      title: 'The quiz:',
      options: {
        seed: text('<text>', 'any text; the same seed makes the same sheet; without it one is taken and told'),
        lecture: flag('normalisation, AlexNet and VGG: the questions of a lecture, without a seed'),
        key: flag('the sheet with its answers'),
        training: flag('ask what training keeps of each layer, too, and what the way back costs'),
        lang: choice('<code>', 'what the sheet and its hints are written in', ['en', 'zh'], { fallback: 'en' }),
      },
    },
    OUTPUT,
  ],
  forms: ['yaml'],
  examples: [
    'quiz -o quiz.yaml',
    'quiz --seed ada -o quiz.yaml',
    'quiz --seed ada --key -o key.yaml',
    'quiz --lecture --lang zh -o lecture.yaml',
  ],
});

const solve = command({
  name: 'solve',
  doc: 'finds the values written _ that give what the spec expects',
  more: 'The exit code is 1 if there are none.',
  args: { spec: required('SPEC', 'as for summary, with _ for what is unknown', 'spec') },
  options: [
    SPEC,
    {
      title: 'The question:',
      options: {
        expect: read('<figure=value>', 'what must come out: out=7x7x512, conv1.params=35K; may be repeated', figure),
      },
    },
    FORM,
    LAYOUT,
    OUTPUT,
  ],
  forms: ['page', 'json'],
  examples: [
    'solve net.yaml',
    'solve "INPUT 28x28x6; CONV-_-34" --expect out=28x28x34',
    'solve alexnet --input _x_x3 --expect conv1.out=55x55x96',
  ],
});

const lint = command({
  name: 'lint',
  doc: 'warns of what is rarely meant, rule by rule',
  more: 'The exit code is 1 for an error, and for a warning under --strict.',
  args: { spec },
  options: [SPEC, ONLY, FORM, LAYOUT, WATCH, STRICT, OUTPUT],
  forms: ['page', 'json'],
  examples: ['lint net.yaml', 'lint alexnet --strict', 'lint net.yaml --watch'],
});

const rf = command({
  name: 'rf',
  doc: 'receptive fields: size, stride, padding, centre',
  more: 'Of one layer the steps to its field, what a unit of it sees, and a figure.',
  args: { spec, layer: optional('LAYER', 'one layer: the steps to its field, and what a unit of it sees', 'layer') },
  options: [
    SPEC,
    {
      title: 'The unit:',
      options: {
        unit: read('<y,x>', 'the unit at that place of the layer, from 0; the middle one by default', places),
        measure: flag('run the network to see which cells move the unit'),
        effective: flag('how strongly each cell of the field moves the unit, as a map'),
        svg: text('<file>', 'draw the image and the field in it, or that map', { suggests: 'file' }),
      },
    },
    TABLE,
    FORM,
    LINES,
    LAYOUT,
    WATCH,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json', 'lines', 'records', 'scene'],
  examples: [
    'rf alexnet',
    'rf alexnet conv3 --unit 0,12',
    'rf vgg16 features.21 --effective',
    'rf alexnet conv5 -o conv5.svg # the field and its cone',
  ],
});

const equiv = command({
  name: 'equiv',
  doc: 'do two stacks see the same, and at what price?',
  more: 'With --find: which stacks see as much as A?',
  args: {
    a: required('A', 'a stack (3x3+3x3+3x3, 3x3^3, 5x5d2, 3x3s2, 1x7+7x1) or a spec', 'spec'),
    b: optional('B', 'another', 'spec'),
  },
  options: [
    {
      title: 'The stacks:',
      options: {
        find: flag('list the stacks of smaller kernels that see as much as A, cheapest first'),
        channels: read('<C>', 'channels of every layer, 64 by default', positive),
        input: read('<N>', 'the input is N x N (or HxW), 32 by default', square),
        run: off('compare the figures only'),
        svg: text('<file>', 'draw the sizes of both, and what one cell of the output sees', { suggests: 'file' }),
      },
    },
    FORM,
    OUTPUT,
  ],
  forms: ['page', 'json', 'scene'],
  examples: ['equiv 3x3+3x3+3x3 7x7', 'equiv 7x7 --find', 'equiv 1x7+7x1 7x7 --channels 192 --input 17'],
});

const norms = command({
  name: 'norms',
  doc: 'the normalisations side by side on one tensor, executed',
  more: 'Batch, layer, instance and group normalisation, layer normalisation over the channels, RMS and local response. With --depth: what they are good for in a deep stack.',
  args: {},
  options: [
    {
      title: 'The tensor:',
      options: {
        input: text('<shape>', 'one image: 8x8x6, the default, or 8 with 6 channels; 4x4x16 with --depth'),
        batch: read('<n>', 'images, 4 by default; 8 with --depth', positive),
        groups: read('<n>', 'groups of group normalisation, 3 by default; 4 with --depth', positive),
        seed: read('<n>', 'the noise that is normalised, and the weights; 0 by default', whole),
        svg: text('<file>', 'draw the blocks of values that share a mean; with --depth the sizes', {
          suggests: 'file',
        }),
      },
    },
    {
      title: 'The stack:',
      options: {
        depth: read('<n>', 'what they are good for: sizes of values and gradients through n layers', positive),
      },
    },
    FORM,
    OUTPUT,
  ],
  forms: ['page', 'json', 'scene'],
  examples: ['norms', 'norms --input 8x8x6 --batch 4 --groups 3', 'norms --depth 20 --svg depth.svg'],
});

const compare = command({
  name: 'compare',
  doc: 'networks side by side, and where their layers differ',
  args: { specs: atLeastOne('SPECS', 'two specs or more; the others are compared with the first', 'spec') },
  options: [
    SPEC,
    {
      title: 'The comparison:',
      options: {
        depth: read('<n>', 'fold names to that many parts: 1 for one line per stage', positive),
        all: flag('list the layers that are the same, too'),
      },
    },
    FORM,
    LAYOUT,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json'],
  examples: ['compare resnet18 resnet34', 'compare vgg16 mine.yaml --depth 1'],
});

const run = command({
  name: 'run',
  doc: 'executes the network: times, outputs, statistics',
  more: 'Weights and data come from files, or are made from a seed.',
  args: { spec },
  options: [
    SPEC,
    WEIGHTS,
    DATA,
    {
      title: 'Weights and data:',
      options: {
        save: text('<file>', 'write the output as .npy, - for standard output', { suggests: 'file' }),
        saveWeights: text('<file>', 'write the weights as .safetensors', { suggests: 'file' }),
      },
    },
    ENGINE,
    RUN,
    {
      title: 'The run:',
      options: {
        fold: flag('fold batch normalisations into the layers beside them first'),
        training: flag('batch normalisation takes the statistics of the batch'),
        saveStats: text('<file>', 'write the running statistics after it as .safetensors', { suggests: 'file' }),
      },
    },
    {
      title: 'The report:',
      options: {
        stats: flag('mean, deviation, smallest and largest value and zeros of every layer'),
        profile: flag("the slowest layers first, with their share of the machine's peak"),
        top: read('<n>', 'the largest outputs', positive),
        labels: text('<file>', 'their names, one a line', { suggests: 'file' }),
      },
    },
    ROWS,
    FORM,
    LAYOUT,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json'],
  examples: ['run resnet18', 'run net.yaml --weights net.safetensors --data cat.jpg --resize 256 --imagenet --top 5'],
});

const estimate = command({
  name: 'estimate',
  doc: 'the time of a batch on a device, and how far off that may be',
  more: 'From two numbers per device, fitted to public tables of throughput at large batches: 2 MACs over operations a second, and outputs over outputs a second.',
  args: { spec },
  options: [
    SPEC,
    {
      title: 'The device:',
      options: {
        device: text('<name>', 'one of those that stand in the table without it; this: this machine, measured now', {
          suggests: 'device',
        }),
        threads: read('<n>', 'of this machine; all its processors by default', positive),
      },
    },
    ROWS,
    FORM,
    LINES,
    LAYOUT,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json', 'lines', 'records'],
  examples: [
    'estimate resnet50 # on every device',
    'estimate resnet50 --device rtx4090 --depth 1',
    'estimate net.yaml --device this --batch 32',
  ],
});

const fold = command({
  name: 'fold',
  doc: 'batch normalisations taken over by the layers beside them',
  more: 'Both networks are run, to prove that the output did not change.',
  args: { spec },
  options: [
    SPEC,
    WEIGHTS,
    {
      title: 'Folding:',
      options: {
        saveWeights: text('<file>', 'write the folded weights as .safetensors', { suggests: 'file' }),
        spec: text('<file>', 'write the folded network as a spec', { suggests: 'file' }),
        run: off('do not run both to compare them'),
      },
    },
    ENGINE,
    FORM,
    LAYOUT,
    OUTPUT,
  ],
  forms: ['page', 'json', 'weights'],
  examples: [
    'fold resnet18',
    'fold net.yaml --weights net.safetensors --save-weights folded.safetensors --spec folded.yaml',
  ],
});

const convert = command({
  name: 'convert',
  doc: 'a network of any form as a spec, or for other programs',
  more: 'Names stay, copies become blocks. A spec is read again, and the network is the same.',
  args: { spec: required('FILE', 'a file of another program, or a spec as for summary', 'spec') },
  options: [
    SPEC,
    {
      title: 'What comes out:',
      options: {
        to: choice('<form>', 'what to write; by default what the ending of -o says', [
          'yaml',
          'pytorch',
          'onnx',
          'keras',
          'keras-json',
          'svg',
          'tikz',
          'dot',
          'mermaid',
        ]),
        weights: WEIGHTS.options.weights,
        seed: read('<n>', 'weights (He) of that seed, as run makes them', whole),
        weightsOut: text('<file>', "write the weights as .safetensors, under the spec's names", { suggests: 'file' }),
      },
    },
    LAYOUT,
    DRAWING,
    { title: DRAWING.title, options: { depth: TABLE.options.depth, rows: TABLE.options.rows } },
    OUTPUT_DRAWN,
  ],
  forms: ['yaml', 'pytorch', 'onnx', 'keras', 'keras-json', 'scene', 'diagram'],
  examples: [
    'convert alexnet -o net.py # code for PyTorch',
    'convert model.onnx -o net.yaml',
    'convert model.onnx -o net.yaml --weights-out net.safetensors',
    'convert unet --to mermaid # a drawing for a README',
    'convert resnet50 # one network of a family, written out',
  ],
});

const sweep = command({
  name: 'sweep',
  doc: 'many networks, a line each: combinations, or lines',
  more: 'SPEC with each combination of --over; or the networks of the lines of -: specs as JSON, {"spec": NAME, "set": {…}}, or what sweep wrote. The exit code is 1 where a line says what is wrong.',
  args: { spec: required('SPEC', 'as for summary; or - or a .jsonl file, for a network a line', 'spec') },
  options: [
    SPEC,
    {
      title: 'The networks:',
      options: {
        over: read(
          '<name=values>',
          'what is varied: width=16..128:16, width=8..64:x2, input=96,224, variant=a,b; may be repeated',
          several,
          { suggests: 'var' },
        ),
        where: text('<condition>', 'such networks only: "params < 5M and macs < 300M"'),
        shard: read('<i/n>', 'every n-th only, from the i-th on', shard),
        list: flag('the lines, unanswered: for other machines'),
        jobs: read('<n>', 'threads; several by default where it takes long', positive),
      },
    },
    {
      title: 'The best of them:',
      options: {
        pareto: read('<a,b>', 'those that no other beats: params,rf:most', names, {
          suggests: 'sweep-columns',
        }),
        top: read('<n>', 'the first n of --sort', positive),
        sort: text('<column>', 'the largest first; words by the alphabet', { suggests: 'sweep-column' }),
        reverse: flag('the smallest first'),
        plot: read('<x,y>', 'by two figures, with the front of both', names, { suggests: 'sweep-columns' }),
      },
    },
    {
      title: 'The table:',
      options: {
        columns: read('<a,b,c>', 'figures, vars, paths into the report; all = every one', names, {
          suggests: 'sweep-columns',
        }),
      },
    },
    FORM,
    LINES,
    LAYOUT,
    OUTPUT,
    {
      title: OUTPUT.title,
      options: {
        resume: text('<file>', 'as -o, and behind the last line that is there', { suggests: 'file' }),
      },
    },
  ],
  forms: ['page', 'json', 'lines', 'records', 'scene'],
  examples: [
    'sweep resnet50 --over group_width=16..128:16 --over cardinality=1,2,4',
    'sweep resnet18 --over input=96..256:32 --where "macs < 1G"',
    'sweep net.yaml --over width=8..256:x2 --plot macs,params',
    'sweep - --jobs 4 # lines from standard input',
  ],
});

const reconcile = command({
  name: 'reconcile',
  doc: 'whose figure a number is, and how it comes from ours',
  more: 'Other tools count other things under one name. Without a number: what all of them say. A number means what rounds to its digits. The exit code is 1 if nobody says it.',
  args: { spec, numbers: anyNumber('NUMBER', 'as a tool or a paper has it: 4.13G, 15.5G, 4089184256') },
  options: [SPEC, FORM, LAYOUT, OUTPUT],
  forms: ['page', 'json'],
  examples: [
    'reconcile resnet50 4.13G # thop and ptflops, and why',
    'reconcile vgg16 15.5G',
    'reconcile mobilenet_v2 # every tool',
  ],
});

const memory = command({
  name: 'memory',
  doc: 'what inference and training hold, layer by layer',
  more: 'What is kept for the way back, as PyTorch keeps it, each piece of memory once; gradients and optimizer; multiply-accumulates of the way back.',
  args: { spec },
  options: [
    SPEC,
    {
      title: 'The training:',
      options: {
        optimizer: choice('<name>', 'what it remembers of every parameter; sgd by default', OPTIMIZERS),
        amp: flag('mixed precision: activations in 16 bits, weights in 32'),
        checkpoint: read('<glob>', 'blocks whose layers are computed again on the way back: "layer1.*"', globs, {
          suggests: 'layer',
        }),
        torch: choice('<version>', 'whose rules, 1.13 by default; from 2.2 on a mean keeps nothing', TORCHES),
        fit: read('<bytes>', 'the largest batch that fits: 8GiB', bytes),
      },
    },
    TABLE,
    FORM,
    LINES,
    LAYOUT,
    WATCH,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json', 'lines', 'records', 'scene'],
  examples: [
    'memory resnet50 --batch 32 --optimizer adam',
    'memory resnet50 --fit 8GiB --amp # the largest batch',
    'memory resnet50 --checkpoint "layer*.*" --depth 1',
    'memory vgg16 -o memory.svg # what is alive when',
  ],
});

const zoo = command({
  name: 'zoo',
  doc: 'the bundled networks, their variants and totals',
  more: '"zoo show NAME" prints the YAML.',
  args: {
    names: anyNumber(
      'NAMES',
      'networks (resnet50) or all of a file (resnet, vgg.yaml); absent: all there are',
      'network',
    ),
  },
  options: [
    {
      title: 'The list:',
      options: { why: flag('where the expected totals come from, and why published figures differ') },
    },
    {
      title: 'The table:',
      options: {
        only: read('<glob>', 'only networks of that name: "resnet*"', pattern, { suggests: 'network' }),
        sort: { ...TABLE.options.sort, suggests: 'network-column' },
        columns: { ...TABLE.options.columns, suggests: 'network-columns' },
      },
    },
    FORM,
    LINES,
    LAYOUT,
    STRICT,
    OUTPUT,
  ],
  forms: ['page', 'json', 'lines', 'records'],
  examples: ['zoo --sort params', 'zoo alexnet --why', 'zoo --only "resnet*" --format csv'],
});

const zooShow = command({
  name: 'zoo show',
  doc: 'prints the YAML that holds a bundled network',
  args: { name: required('NAME', 'a network (resnet50) or a file (resnet.yaml)', 'network') },
  options: [OUTPUT],
  forms: ['yaml'],
  examples: ['zoo show resnet > mine.yaml'],
});

const play = command({
  name: 'play',
  doc: 'the network in the browser: edited, drawn, explained',
  more: 'One file that asks for nothing from outside; its name is printed. The same as cnncalc SPEC -o net.html.',
  args: { spec: optional('SPEC', 'as for summary; absent: a first network', 'spec') },
  options: [SPEC, { title: 'The output:', options: { open: off('write the file only') } }, OUTPUT],
  forms: ['html'],
  examples: ['play', 'play alexnet', 'play net.onnx', 'play net.yaml --no-open -o net.html'],
});

const kinds = command({
  name: 'kinds',
  doc: 'the kinds of layers; one of them with its options and examples',
  args: { name: optional('NAME', 'a kind by its name here or elsewhere: conv; absent: a line for each', 'kind') },
  options: [FORM, OUTPUT],
  forms: ['page', 'json'],
  examples: ['kinds', 'kinds conv', 'kinds MaxPooling2D', 'kinds maxpool -o maxpool.md'],
});

const why = command({
  name: 'why',
  doc: 'what the code of a diagnostic or lint rule means',
  more: 'And what to do, with an example. The texts are those of docs/diagnostics.md and docs/lint.md.',
  args: {
    code: optional('CODE', 'a code, or its family: shape/kernel-too-large, pad; absent: a line for each', 'code'),
  },
  options: [FORM, OUTPUT],
  forms: ['page', 'json'],
  examples: ['why', 'why shape/kernel-too-large', 'why norm/bias-before'],
});

const newSpec = command({
  name: 'new',
  doc: 'a first spec with comments, to change',
  args: { file: optional('FILE', 'where to write it; nothing is written over; absent: standard output', 'yaml') },
  options: [OUTPUT],
  forms: ['yaml'],
  examples: ['new net.yaml', 'new | cnncalc -'],
});

const schema = command({
  name: 'schema',
  doc: 'the JSON Schema of a result, of specs, of answer sheets',
  args: {
    name: optional(
      'NAME',
      'report by default; spec and answers for editors; check, compare, explain, … for results',
      'schema',
    ),
  },
  options: [OUTPUT],
  forms: ['json'],
  examples: ['schema spec -o cnncalc.schema.json', 'schema explain'],
});

const completion = command({
  name: 'completion',
  doc: 'a script that completes what you type',
  more: 'Commands, options, networks, layers, columns, variants, paths into the JSON, codes.',
  args: { shell: required('SHELL', 'bash, zsh or fish', 'shell') },
  options: [],
  forms: [],
  examples: ['completion bash >> ~/.bashrc'],
});

/** By their keys, in the order of the help; the first is the default. */
export const COMMANDS = {
  summary,
  explain,
  check,
  quiz,
  solve,
  lint,
  rf,
  equiv,
  norms,
  compare,
  run,
  estimate,
  fold,
  memory,
  convert,
  reconcile,
  sweep,
  zoo,
  zooShow,
  new: newSpec,
  play,
  kinds,
  why,
  schema,
  completion,
} as const satisfies Readonly<Record<string, Command>>;

export type CommandKey = keyof typeof COMMANDS;

/** Which command the words begin with, and the words behind it; the default one where they begin with none. */
export const commandIn = (argv: readonly string[]): readonly [CommandKey, readonly string[]] => {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const key = (Object.keys(COMMANDS) as CommandKey[]).find((one) => COMMANDS[one].name === name);
    if (key && words.length >= count) return [key, words.slice(count)];
  }
  return ['summary', words];
};
