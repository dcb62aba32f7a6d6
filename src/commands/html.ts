// A network as the page: one HTML file that shows it and in which it is edited. What the page is stands in page/.

import { exitCode } from '../core/diagnostic.js';
import type { Io } from '../io.js';
import { type Assets, documentOf } from '../page/document.js';
import { modelOf } from '../page/model.js';
import { NOTHING_SELECTED, type Settings, type State } from '../page/state.js';
import { VIEWS } from '../page/views.js';
import { oneLine } from '../report/page.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import type { Loaded } from './load.js';
import { specTextOf } from './spec-text.js';
import { damaged, withoutFolders } from './text.js';

type Asked = OptionsOf<typeof COMMANDS.summary.options>;

/**
 * Null where there is no text to edit: a file that is not there, another program's network that is not known in full. Throws a
 * UsageError where that cannot be said as a spec.
 */
export const htmlOf = async (loaded: Loaded, asked: Asked, io: Io): Promise<string | null> => {
  const { grown, lines, parsed } = loaded;
  const isText = grown ? exitCode(parsed.diagnostics, false) < 2 : lines.length > 0;
  return isText ? pageOf({ ...stateOf(loaded, asked), settings: settingsOf(asked) }, io) : null;
};

/** Read anew, as the program in the page will: so it begins with what it stands on. */
export const pageOf = (state: State, io: Io): Promise<string> => documentOf(modelOf(state), VIEWS, assetsOf(io));

/** Throws {@link Unreadable} where the package is damaged. */
const assetsOf = (io: Io): Assets => {
  try {
    return JSON.parse(io.page());
  } catch {
    throw damaged('what a page is made of cannot be read: it is damaged');
  }
};

const stateOf = ({ grown, lines, name, options, parsed }: Loaded, { pad }: Asked): Omit<State, 'settings'> => {
  const selection = NOTHING_SELECTED;
  if (grown) {
    const text = specTextOf(parsed.graph, name, {
      above: [oneLine(`from ${withoutFolders(name)}: ${grown.origin ?? ''}`)],
    });
    return { name: `${withoutFolders(name).replace(/\.\w+$/, '')}.yaml`, text, said: {}, selection };
  }
  const { variant, set, input, batch, dtype, layout, freeze } = options;
  const said = { variant, set, input, batch, dtype, layout, freeze, pad };
  return { name: nameOf(name), text: lines.join('\n'), said, selection };
};

/** `<stdin>` and `<notation>` are no names of files. */
const nameOf = (name: string): string => (name.startsWith('<') ? 'net.yaml' : withoutFolders(name));

/** What the command line says of tables and drawings, as the views have it. */
const settingsOf = ({ columns, depth, rows, only, sort, style, shade, direction }: Asked): State['settings'] => ({
  table: said({ columns: columns?.join(), depth, apart: rows === 'all' || undefined, only, sort }),
  drawing: said({ style: style === 'volumes' ? style : undefined, shade, direction, depth }),
});

const said = (values: Readonly<Record<string, string | number | boolean | undefined>>): Settings =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
