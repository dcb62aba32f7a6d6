// Texts that are no specs at all: programs, files and printed tables of other frameworks. What a text is, by its look, and how to get from
// there to here.

/** What a text is instead of a spec. */
export interface Foreign {
  readonly message: string;
  readonly help: string;
  /** What shows it, in offsets. */
  readonly start: number;
  readonly end: number;
}

const BEGIN = 'write input: 224x224x3, layers: and below it one line for each layer';
const WORDS = 'docs/words.md says what each word is here';

const ONNX = 'torch.onnx.export(model, example, "model.onnx") in PyTorch, python -m tf2onnx.convert for TensorFlow';

/** YOLOv8 is built of C2f, which the later ones do without. */
const ofUltralytics = (text: string): string =>
  /\bC2f\b/.test(text) && /\bDetect\b/.test(text) && !/\b(?:C3k2|A2C2f|SCDown|C2fCIB)\b|P6\/64|P2\/4-/.test(text)
    ? 'the zoo has it: cnncalc yolov8n, and s, m, l and x in place of n'
    : 'export it as ONNX: yolo export model=NAME.yaml format=onnx';

/** From the surest sign to the least sure. */
const LOOKS: readonly (readonly [sign: RegExp, what: string, help: string | ((text: string) => string)])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\/.*/,
    'a pointer of Git LFS',
    'fetch the file that it stands for: git lfs pull',
  ],
  [
    /^\s*(?:<\?xml\b[^>]{0,200}>\s*)?<net\b[^>]{0,500}\bversion=.*/,
    'a network of OpenVINO',
    `give the network it was converted from: ${ONNX}`,
  ],
  [/^7767517[ \t]*(?=\r?\n)/, 'a network of ncnn', `give the network it was converted from: ${ONNX}`],
  [
    /^\s*<\s*ir_version[ \t]*:.*/,
    'an ONNX model as text',
    'save it as an ONNX file: onnx.save(onnx.parser.parse_model(open("model.txt").read()), "model.onnx")',
  ],
  [
    /^ir_version[ \t]*:.*/m,
    'an ONNX model as text',
    'save it as an ONNX file: onnx.save(onnx.load("model.textproto", format="textproto"), "model.onnx")',
  ],
  [/^[ \t{]*"(?:nbformat|cell_type)"[ \t]*:.*/m, 'a notebook', `export its network where it runs: ${ONNX}`],
  [/^backbone:[ \t]*$(?=[\s\S]*^head:[ \t]*$)/m, 'a network of Ultralytics', ofUltralytics],
  [
    /^(?:all_)?model_checkpoint_paths?: ".*/m,
    'a checkpoint of TensorFlow',
    `it has no layers: export the network in the program that made it: ${ONNX}`,
  ],
  [
    /^.{0,20}"mxnet_version"[ \t]*:.*/m,
    'a network of MXNet',
    'export it as ONNX: mx.onnx.export_model("model-symbol.json", "model-0000.params", [(1, 3, 224, 224)], numpy.float32, "model.onnx")',
  ],
  [
    /^[ \t{]*"(?:architectures|model_type|_name_or_path)"[ \t]*:.*/m,
    'a configuration of Hugging Face',
    'it names a network and does not list its layers: optimum-cli export onnx --model NAME FOLDER exports it as ONNX',
  ],
  [
    /^(?:import torch\b.*|from torch\b.*|class \w+\((?:\w+\.)*(?:Module|LightningModule)\):|.{0,200}\bnn\.[A-Z]\w+\(.*)/m,
    'a program for PyTorch',
    `${BEGIN}: nn.Conv2d(3, 16, 5) is - {conv: 16, kernel: 5}; ${WORDS}`,
  ],
  [
    /^(?:import (?:tensorflow|keras)\b.*|from (?:tensorflow|keras)\b.*|\w+\s*=\s*(?:\w+\.){0,4}Sequential\(.*|\w+\.add\(.*|.{0,200}\blayers\.[A-Z]\w+\(.*)/m,
    'a program for Keras',
    `${BEGIN}: Conv2D(32, 3) is - {conv: 32, kernel: 3}; ${WORDS}`,
  ],
  [
    /^[ \t]*"class_name"[ \t]*:[ \t]*"(?:Sequential|Functional|Model)".*/m,
    'a model of Keras as JSON',
    `${BEGIN}: {"class_name": "Conv2D", …} is - {conv: 32, kernel: 3}; ${WORDS}`,
  ],
  [
    /^\[(?:net|network|convolutional|maxpool|yolo|connected)\][ \t]*$/m,
    'a .cfg file of Darknet',
    `cnncalc reads such a file as it is: cnncalc net.cfg. As a spec, [convolutional] with filters=16 and size=3 is - {conv: 16, kernel: 3}; ${WORDS}`,
  ],
  [
    /^(?:layers?[ \t]*\{.*|[ \t]*\w+_param[ \t]*\{.*)/m,
    'a .prototxt file of Caffe',
    `cnncalc reads such a file as it is: cnncalc net.prototxt. As a spec, type: "Convolution" with num_output: 20 is - {conv: 20, kernel: 5}; ${WORDS}`,
  ],
  [
    /^.{0,200}\b(?:imageInputLayer|convolution2dLayer|fullyConnectedLayer)\(.*/m,
    'a script for MATLAB',
    `${BEGIN}: convolution2dLayer(5, 20) is - {conv: 20, kernel: 5}; ${WORDS}`,
  ],
  [
    /^[ \t]*(?:Layer \(type(?::depth-idx)?\).*|.{0,10}Layer \(type\).*|Total params:.*)/m,
    'a printed table of a network, as Keras, torchsummary and torchinfo make it',
    `a table leaves out what its layers read: ${BEGIN}, as in - {conv: 32, kernel: 3}`,
  ],
  [
    /^\w+\([ \t]*\n[ \t]+\(\w+\): \w+\(.*/m,
    'a network as PyTorch prints it',
    `${BEGIN}: (conv1): Conv2d(3, 6, kernel_size=(5, 5)) is - {conv: 6, kernel: 5, name: conv1}; ${WORDS}`,
  ],
  [
    /^(?:def \w+\(.*|import \w+.*|from [\w.]+ import .*|if __name__ ==.*|print\(.*|class \w+(?:\(.*\))?:)/m,
    'a program in Python',
    `${BEGIN}, as in - {conv: 16, kernel: 5}; ${WORDS}`,
  ],
  [/^[ \t]*(?:<!DOCTYPE html|<html\b).*/im, 'a page of HTML', `give a YAML file: ${BEGIN}`],
];

/** Longer texts are looked at from their beginning only. */
const MOST = 20_000;

/** Whether a text is a spec itself, where a name may stand as well. */
export const isSpecText = (text: string): boolean => /^[ \t]*layers[ \t]*:/m.test(text);

/** What a text is that has no layers of this language. */
export const foreignText = (text: string): Foreign | undefined => {
  const beginning = text.slice(0, MOST);
  if (/^["{ \t]*layers["\t ]*[:\uff1a]/m.test(beginning)) return undefined;
  for (const [sign, what, help] of LOOKS) {
    const found = sign.exec(beginning);
    if (!found) continue;
    const start = found.index + (found[0].length - found[0].trimStart().length);
    return {
      message: `this is ${what}, not a spec`,
      help: typeof help === 'string' ? help : help(beginning),
      start,
      end: found.index + found[0].length,
    };
  }
  return undefined;
};
