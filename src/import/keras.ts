// Keras: the JSON of `model.to_json()`, `.keras` archives and the `model.json` of TensorFlow.js. What stands in them is keras/.

import type { Code } from '../core/codes.js';
import type { Findings } from '../core/findings.js';
import type { Growing, Grown } from '../core/growing.js';
import type { Bytes } from '../files/bytes.js';
import { zipOf } from '../files/zip.js';
import type { ForeignFile, Importer } from './format.js';
import { isFault, isObject, type Json, type JsonObject, placesOf, readJson } from './json.js';
import type { Weights } from './keras/call.js';
import { get, object, string } from './keras/config.js';
import type { Reading } from './keras/evaluation.js';
import { descriptionIn } from './keras/hdf5.js';
import { build } from './keras/layers.js';
import { CONFIG } from './keras/look.js';
import { NO_WEIGHTS, readManifest } from './keras/manifest.js';
import { isChannelsFirst, isModel, readModel } from './keras/model.js';
import { Unknown } from './keras/unknown.js';

/** No description of a model is longer. */
const MOST_CONFIG = 64 * 1024 * 1024;

/** What a file says about itself and its model. */
interface Found {
  readonly model: JsonObject;
  /** The list of weights stands there. */
  readonly file: JsonObject;
  readonly writer: string;
}

/** A text that describes a model, and what stands around it. */
interface Described {
  readonly text: string | null;
  /** Whether the file is that text, so that places in it are places of the file. */
  readonly isFile: boolean;
  readonly version?: string | undefined;
  /** Where weights stand that are not read. */
  readonly unread?: string | undefined;
}

export const readKeras: Importer = (file, network, findings) =>
  read(archivedIn(file.bytes) ?? { text: file.text(), isFile: true }, file, network, findings);

/** Models in HDF5 files, as Keras 2 saves them. */
export const readKerasHdf5: Importer = (file, network, findings) => {
  const found = descriptionIn(file.bytes, (text) => {
    const json = readJson(text, 'class_name');
    const model = !isFault(json) && isObject(json) ? foundIn(json)?.model : undefined;
    const config = model && configOf(model);
    return model !== undefined && config !== undefined && isModel(string(model, 'class_name') ?? '', config);
  });
  if (found) return read({ ...found, isFile: false, unread: 'it' }, file, network, findings);
  return findings.error(
    'import/foreign',
    'no model of Keras stands in this HDF5 file: it may hold weights alone',
    undefined,
    'save the layers as JSON with Keras: open("model.json", "w").write(model.to_json())',
  );
};

const read = (described: Described, file: ForeignFile, network: Growing, findings: Findings): Grown | undefined => {
  const { text, isFile, version, unread } = described;
  if (text === null)
    return findings.error(
      'import/file',
      isFile ? 'it is no text, or has more than 64 MB' : `${CONFIG} in it cannot be read`,
      undefined,
      AGAIN,
    );
  const placeOf = placesOf(text);
  const place = (from: number, to?: number) => (isFile ? placeOf(from, to) : undefined);
  const json = readJson(text, 'class_name');
  if (isFault(json)) return findings.error('import/file', `it is no JSON: ${json.fault}`, place(json.from), AGAIN);
  const refusal = refusalOf(json);
  if (refusal) return findings.error(refusal.code, refusal.message, undefined, refusal.help);
  const found = isObject(json) ? foundIn(json) : undefined;
  const config = found && configOf(found.model);
  if (!found || !config)
    return findings.error(
      'import/file',
      'it describes no model: there is no "config" with layers in it',
      undefined,
      AGAIN,
    );
  const className = string(found.model, 'class_name') ?? 'Sequential';
  const major = Number.parseInt(version ?? '', 10) || versionOf(found);
  if (major < 2)
    return findings.error(
      'import/unsupported',
      `it is of Keras ${major}, whose layers have other options than those of Keras 2`,
      undefined,
      'load it in Keras 2 and save it again',
    );
  if (!isModel(className, config))
    return findings.error(
      'import/unsupported',
      `"${className}" is a model whose layers are made by Python code, which is not in the file`,
      place(found.model.from, found.model.to),
      'export it to ONNX, or write it as a Functional model',
    );
  const unknown = new Unknown();
  const reading: Reading = {
    network,
    findings,
    weights: weightsOf(found.file, file, findings),
    unknown,
    version: major,
    channelsFirst: isChannelsFirst(config),
    rows: new Map(),
    build,
    placeOf: (item) => place(item.from, item.to),
    asStated: true,
    calls: 0,
  };
  const outputs = readModel(className, config, reading);
  unknown.report(findings);
  if (!outputs) return undefined;
  return {
    name: string(config, 'name') ?? file.name,
    outputs,
    origin: version === undefined ? found.writer : `Keras ${version}`,
    ...(unread !== undefined && {
      notes: [`the weights in ${unread} are HDF5 and are not read: run takes weights of a seed`],
    }),
  };
};

const AGAIN = 'save it with model.to_json(), model.save("net.keras") or tfjs.converters.save_keras_model';

/** Why a text is no description of a model. */
const refusalOf = (json: Json): { code: Code; message: string; help: string } | undefined => {
  if (!isObject(json)) return { code: 'import/file', message: 'it is a list or a value, and no model', help: AGAIN };
  if (isGraphModel(json))
    return {
      code: 'import/unsupported',
      message: 'this is a graph model of TensorFlow.js: its layers were made into single operations and are not in it',
      help: 'convert the Keras model with --output_format=tfjs_layers_model, or export it to ONNX',
    };
  return get(json, 'modelTopology') === null
    ? {
        code: 'import/file',
        message: 'it holds weights alone: its modelTopology is null',
        help: 'save the whole model, as with tfjs.converters.save_keras_model',
      }
    : undefined;
};

/** Those that the list in the file names, in files beside it. What is wrong with them is told. */
const weightsOf = (description: JsonObject, { beside }: ForeignFile, findings: Findings): Weights => {
  const manifest = readManifest(get(description, 'weightsManifest'), beside);
  const { missing, files, twice } = manifest;
  if (missing.length > 0 && missing.length < files)
    findings.warning(
      'import/file',
      `some of its weights are missing: ${missing.slice(0, 3).join(', ')}`,
      undefined,
      'download them again, all into the folder of the JSON',
    );
  if (twice.length > 0)
    findings.warning(
      'import/file',
      `several of its weights have one name: ${twice.slice(0, 3).join(', ')}`,
      undefined,
      'give the layers names of their own and save it again',
    );
  return files > 0 ? manifest : NO_WEIGHTS;
};

const archivedIn = (bytes: Bytes): Described | undefined => {
  const zip = zipOf(bytes);
  if (!zip) return undefined;
  const textIn = (name: string): string | null => {
    const member = zip.member(name);
    return member && member.size <= MOST_CONFIG ? new TextDecoder().decode(member.read(0, member.size)) : null;
  };
  const about = zip.names.includes('metadata.json') ? readJson(textIn('metadata.json') ?? '', '') : null;
  const [weights] = zip.names.filter((name) => name.startsWith('model.weights.'));
  return {
    text: textIn(CONFIG),
    isFile: false,
    version: !isFault(about) && isObject(about) ? string(about, 'keras_version') : undefined,
    unread: weights,
  };
};

/** A graph of TensorFlow, whose nodes are operations. */
const isGraphModel = (json: JsonObject): boolean => {
  const topology = object(json, 'modelTopology');
  return string(json, 'format') === 'graph-model' || (topology !== undefined && get(topology, 'node') !== undefined);
};

/** The model, in whatever it is wrapped. */
const foundIn = (json: JsonObject): Found | undefined => {
  const topology = object(json, 'modelTopology');
  const around = topology ?? json;
  const model = object(around, 'model_config') ?? around;
  if (get(model, 'config') === undefined) return undefined;
  const version = string(model, 'keras_version') ?? string(around, 'keras_version');
  const by = topology ? string(json, 'generatedBy') : undefined;
  const named = version?.startsWith('tfjs') ? `TensorFlow.js${version.replace(/^tfjs-layers/, '')}` : undefined;
  const keras = version ? `Keras ${version}` : string(model, 'module') ? 'Keras 3' : 'Keras';
  return { model, file: json, writer: named ?? (by?.startsWith('TensorFlow.js') && !version ? by : keras) };
};

/** Before 2.3 a Sequential model was the list of its layers. */
const configOf = (model: JsonObject): JsonObject | undefined => {
  const config = get(model, 'config');
  if (isObject(config)) return config;
  return Array.isArray(config) ? { entries: new Map([['layers', config]]), from: 0, to: 0 } : undefined;
};

const versionOf = ({ model, file }: Found): number => {
  const topology = object(file, 'modelTopology');
  const version = string(model, 'keras_version') ?? (topology && string(topology, 'keras_version'));
  const major = Number.parseInt(version ?? '', 10);
  if (Number.isInteger(major)) return major;
  return string(model, 'module') !== undefined || string(file, 'module') !== undefined ? 3 : 2;
};
