// cnncalc completion SHELL: a script for bash, zsh or fish. The scripts only ask: what may stand where is complete.ts.

import { suggestion } from '../core/suggest.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.completion> = ({ shell }, _, __, io) => {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell as Shell] : undefined;
  if (!script)
    throw new UsageError(`there is no completion for "${shell}"`, suggestion(shell, Object.keys(SCRIPTS), 'shells'));
  io.stdout.write(script);
  return 0;
};

const bash = `# cnncalc: eval "$(cnncalc completion bash)" in ~/.bashrc
_cnncalc() {
  local typed="\${COMP_WORDS[COMP_CWORD]}" line IFS=$'\\n'
  COMPREPLY=()
  while read -r line; do
    case "$line" in
      :files)
        compopt -o filenames 2> /dev/null
        COMPREPLY+=($(compgen -f -- "\${typed#=}")) ;;
      :yaml)
        compopt -o filenames 2> /dev/null
        COMPREPLY+=($(compgen -d -- "\${typed#=}"; compgen -f -X '!*.yaml' -- "\${typed#=}"; compgen -f -X '!*.yml' -- "\${typed#=}")) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(cnncalc __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -F _cnncalc cnncalc
`;

const zsh = `#compdef cnncalc
# cnncalc: eval "$(cnncalc completion zsh)" in ~/.zshrc, after compinit
_cnncalc() {
  local line
  local -a found
  for line in "\${(@f)$(cnncalc __complete "\${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
    case "$line" in
      :files) _files ;;
      :yaml) _files -g '*.(yaml|yml)' ;;
      ?*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#found )) && _describe -V cnncalc found
}
compdef _cnncalc cnncalc
`;

const fish = `# cnncalc: cnncalc completion fish > ~/.config/fish/completions/cnncalc.fish
function __cnncalc_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l typed (commandline -ct)
  cnncalc __complete $words "$typed" 2> /dev/null | while read -l line
    switch $line
      case ':files'
        __fish_complete_path "$typed"
      case ':yaml'
        __fish_complete_suffix "$typed" .yaml
        __fish_complete_suffix "$typed" .yml
      case '*'
        echo $line
    end
  end
end
complete -c cnncalc -f -a '(__cnncalc_complete)'
`;

export const SCRIPTS = { bash, zsh, fish };

type Shell = keyof typeof SCRIPTS;
