// The numeric core against its peers: one forward pass of known networks, batch 1, float32. See README.md for the method.
//
//   node core.js [networks…] [--rounds 5] [--cold 3] [--threads 1,4] [--only cnncalc,onnxruntime-node]
//                [--core auto|simd|relaxed|revec] [--precision auto|careful|exact] [--json FILE] [--out PAGE.md]
//   node core.js --from FILE --out PAGE.md   a table of results that --json has kept
//   node core.js --check             operators and peers against the reference backend
//   node core.js --profile resnet50  our time by layer

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders.js';
import { bundleLibrary } from './library.js';
import { measure } from './rounds.js';
import { circumstances, markdown, replaceTable } from './table.js';

const NETWORKS = [
  'alexnet',
  'vgg16',
  'resnet50',
  'mobilenet_v2',
  'squeezenet1_1',
  'googlenet',
  'efficientnet_b0',
  'densenet121',
  'vit_b_16',
  'unet',
  'r3d_18',
];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    cold: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    only: { type: 'string', default: Object.keys(CONTENDERS).join(',') },
    core: { type: 'string', default: 'auto' },
    precision: { type: 'string', default: 'auto' },
    json: { type: 'string' },
    from: { type: 'string' },
    out: { type: 'string' },
    check: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

const networks = positionals.length > 0 ? positionals : NETWORKS;
const settings = { core: flags.core, precision: flags.precision };

const progress = ({ contender, warm, cold, error }) =>
  [
    `  ${contender}: ${warm.ms.toFixed(2)} ms warm (${warm.ratio.toFixed(2)})`,
    ...(cold ? [`${cold.ms.toFixed(0)} ms cold (${cold.ratio.toFixed(2)})`] : []),
    `differs by ${error.toExponential(1)}`,
  ].join(', ');

const compete = async () => {
  const names = flags.only.split(',');
  for (const name of names) if (!CONTENDERS[name]) throw new Error(`there is no contender ${name}`);
  const rounds = { rounds: Number(flags.rounds), coldRounds: Number(flags.cold) };
  const on = circumstances(names, { ...rounds, ...settings });
  const measured = [];
  for (const threads of flags.threads.split(',').map(Number))
    for (const network of networks) {
      console.error(`${network}, threads: ${threads}`);
      const results = await measure(network, { names, ...rounds, options: { ...settings, threads } });
      for (const result of results) console.error(progress(result));
      measured.push({ network, threads, results });
    }
  return { on, names, measured };
};

const publish = (result) => {
  const text = markdown(result);
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  if (flags.out) writeFileSync(flags.out, replaceTable(readFileSync(flags.out, 'utf8'), result.on.node, text));
  console.log(text);
};

await bundleLibrary();
if (flags.check) await (await import('./check.js')).check(flags.only.split(','));
else if (flags.profile)
  await (await import('./profile.js')).profile(networks, { ...settings, threads: Number(flags.threads) });
else publish(flags.from ? JSON.parse(readFileSync(flags.from, 'utf8')) : await compete());
