// cnncalc completion SHELL: a script for bash, zsh or fish, made from the command line's own description.

import { suggestion } from '../core/suggest.js';
import type { Command } from './command.js';
import { COMMANDS } from './commands.js';
import { bundledSpecs } from './load.js';
import { UsageError } from './output.js';
import { spelledOptions } from './spelling.js';
import type { Work } from './work.js';

interface Words {
  readonly commands: readonly Command[];
  /** The names of bundled specs. */
  readonly specs: readonly string[];
}

export const run: Work<typeof COMMANDS.completion> = ({ shell }, _, __, io) => {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (!script)
    throw new UsageError(`there is no completion for "${shell}"`, suggestion(shell, Object.keys(SCRIPTS), 'shells'));
  const commands = Object.values(COMMANDS).filter(({ name }) => !name.includes(' '));
  io.stdout.write(script({ commands, specs: Object.keys(bundledSpecs(io)) }));
  return 0;
};

const flags = (command: Command): readonly string[] => [...spelledOptions(command).map(({ long }) => long), '--help'];

/** Options with choices; what several commands call the same offers what any of them takes. */
const chosen = (commands: readonly Command[]): readonly { readonly long: string; readonly words: string }[] => {
  const choices = new Map<string, Set<string>>();
  for (const option of commands.flatMap(spelledOptions))
    for (const word of option.choices ?? [])
      choices.set(option.long, (choices.get(option.long) ?? new Set()).add(word));
  return [...choices].map(([long, words]) => ({ long, words: [...words].join(' ') }));
};

const first = ({ commands, specs }: Words): string => [...commands.map(({ name }) => name), ...specs].join(' ');

/** The default command's options are offered also before any command is typed. */
const byCommand = ({ commands }: Words): string =>
  commands
    .map((command, i) => `    ${i === 0 ? '*' : command.name}) words="${flags(command).join(' ')}" ;;`)
    .reverse()
    .join('\n');

const bash = (words: Words): string => `# cnncalc: eval "$(cnncalc completion bash)" in ~/.bashrc
_cnncalc() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "$before" in
${chosen(words.commands)
  .map(({ long, words }) => `    ${long}) COMPREPLY=($(compgen -W "${words}" -- "$word")); return ;;`)
  .join('\n')}
    -o|--output) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${byCommand(words)}
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word") $(compgen -W "${first(words)}" -- "$word"))
  fi
}
complete -o filenames -F _cnncalc cnncalc
`;

const zsh = (words: Words): string => `#compdef cnncalc
# cnncalc: eval "$(cnncalc completion zsh)" in ~/.zshrc, after compinit
_cnncalc() {
  local words_here
  case "\${words[CURRENT-1]}" in
${chosen(words.commands)
  .map(({ long, words }) => `    ${long}) compadd -- ${words}; return ;;`)
  .join('\n')}
    -o|--output) _files; return ;;
  esac
  case "\${words[2]}" in
${byCommand(words).replaceAll('words=', 'words_here=')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    compadd -- \${=words_here}
  else
    compadd -- ${first(words)}
    _files
  fi
}
compdef _cnncalc cnncalc
`;

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

const fish = ({ commands, specs }: Words): string => {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap((command, i) => {
    const when = quoted(
      i === 0
        ? `not __fish_seen_subcommand_from ${names}; or __fish_seen_subcommand_from ${command.name}`
        : `__fish_seen_subcommand_from ${command.name}`,
    );
    return [
      `complete -c cnncalc -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.doc)}`,
      ...spelledOptions(command).map((option) =>
        [
          `complete -c cnncalc -n ${when}`,
          option.short && `-s ${option.short}`,
          `-l ${option.long.slice(2)}`,
          option.choices ? `-x -a ${quoted(option.choices.join(' '))}` : option.value && '-r',
          `-d ${quoted(option.doc)}`,
        ]
          .filter(Boolean)
          .join(' '),
      ),
    ];
  });
  return `# cnncalc: cnncalc completion fish > ~/.config/fish/completions/cnncalc.fish\n${lines.join('\n')}\ncomplete -c cnncalc -a ${quoted(specs.join(' '))}\n`;
};

const SCRIPTS: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish };
