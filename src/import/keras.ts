// Keras: the JSON of `model.to_json()`, `.keras` archives and the `model.json` of TensorFlow.js. What stands in them is keras/.

import { zipOf } from '../files/zip.js';
import type { ForeignFile, Importer } from './format.js';
import { isFault, isObject, type JsonObject, placesOf, readJson } from './json.js';
import { get, object, string } from './keras/config.js';
import type { Reading } from './keras/evaluation.js';
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

export const readKeras: Importer = (file, network, findings) => {
  const archived = archivedConfig(file);
  const text = archived ? archived.text : file.text();
  if (text === null)
    return findings.error(
      'import/file',
      archived ? `${CONFIG} in it cannot be read` : 'it is no text, or has more than 64 MB',
      undefined,
      AGAIN,
    );
  const json = readJson(text, 'class_name');
  const placeOf = placesOf(text);
  const places = archived ? () => undefined : placeOf;
  if (isFault(json))
    return findings.error(
      'import/file',
      `it is no JSON: ${json.fault}`,
      archived ? undefined : placeOf(json.from),
      AGAIN,
    );
  if (!isObject(json)) return findings.error('import/file', 'it is a list or a value, and no model', undefined, AGAIN);
  if (isGraphModel(json))
    return findings.error(
      'import/unsupported',
      'this is a graph model of TensorFlow.js: its layers were made into single operations and are not in it',
      undefined,
      'convert the Keras model with --output_format=tfjs_layers_model, or export it to ONNX',
    );
  if (get(json, 'modelTopology') === null)
    return findings.error(
      'import/file',
      'it holds weights alone: its modelTopology is null',
      undefined,
      'save the whole model, as with tfjs.converters.save_keras_model',
    );
  const found = foundIn(json);
  const config = found && configOf(found.model);
  if (!found || !config)
    return findings.error(
      'import/file',
      'it describes no model: there is no "config" with layers in it',
      undefined,
      AGAIN,
    );
  const className = string(found.model, 'class_name') ?? 'Sequential';
  const version = versionOf(found);
  if (version < 2)
    return findings.error(
      'import/unsupported',
      `it is of ${found.writer}, whose layers have other options than those of Keras 2`,
      undefined,
      'load it in Keras 2 and save it again',
    );
  if (!isModel(className, config))
    return findings.error(
      'import/unsupported',
      `"${className}" is a model whose layers are made by Python code, which is not in the file`,
      found.model.from > 0 ? places(found.model.from, found.model.to) : undefined,
      'export it to ONNX, or write it as a Functional model',
    );
  const manifest = readManifest(get(found.file, 'weightsManifest'), file.beside);
  if (manifest.missing.length > 0 && manifest.missing.length < manifest.files)
    findings.warning(
      'import/file',
      `some of its weights are missing: ${manifest.missing.slice(0, 3).join(', ')}`,
      undefined,
      'download them again, all into the folder of the JSON',
    );
  if (manifest.twice.length > 0)
    findings.warning(
      'import/file',
      `several of its weights have one name: ${manifest.twice.slice(0, 3).join(', ')}`,
      undefined,
      'give the layers names of their own and save it again',
    );
  const unknown = new Unknown();
  const reading: Reading = {
    network,
    findings,
    weights: manifest.files > 0 ? manifest : NO_WEIGHTS,
    unknown,
    version,
    channelsFirst: isChannelsFirst(config),
    rows: new Map(),
    build,
    placeOf: (item) => places(item.from, item.to),
    asStated: true,
    calls: 0,
  };
  const outputs = readModel(className, config, reading);
  unknown.report(findings);
  if (!outputs) return undefined;
  return {
    name: string(config, 'name') ?? file.name,
    outputs,
    origin: archived?.version ? `Keras ${archived.version}` : found.writer,
    ...(archived?.hasWeights && {
      notes: ['the weights in model.weights.h5 are HDF5 and are not read: run takes weights of a seed'],
    }),
  };
};

const AGAIN = 'save it with model.to_json(), model.save("net.keras") or tfjs.converters.save_keras_model';

const archivedConfig = ({ bytes }: ForeignFile) => {
  const zip = zipOf(bytes);
  if (!zip) return undefined;
  const read = (name: string): string | null => {
    const member = zip.member(name);
    if (!member || member.size > MOST_CONFIG) return null;
    return new TextDecoder().decode(member.read(0, member.size));
  };
  const about = zip.names.includes('metadata.json') ? readJson(read('metadata.json') ?? '', '') : null;
  const version = isObject(about as never) ? string(about as JsonObject, 'keras_version') : undefined;
  return { text: read(CONFIG), version, hasWeights: zip.names.includes('model.weights.h5') };
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
