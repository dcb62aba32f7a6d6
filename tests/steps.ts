// Counts the work that reading a text takes: the characters that regular expressions look at, tries that fail included, and those that
// searches in strings pass. A clock would say how busy the machine is.

let steps = 0;

/** What a backtracking engine does next. `ways`: the first, and the one to go back to. */
type Instruction =
  | { readonly take: (sign: string) => boolean }
  | { readonly ways: readonly [number, number] }
  | { readonly go: number }
  | { readonly holds: (text: string, at: number) => boolean };

/** A regular expression as instructions; it is matched where they end. */
class Program {
  private readonly code: Instruction[] = [];
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {
    this.alternatives();
  }

  /** Where a match from an offset ends, or -1. `end`: it has to end there. */
  match(text: string, start: number, end?: number): number {
    const ways: number[] = [0, start];
    while (ways.length > 0) {
      let at = ways.pop() ?? 0;
      let next = ways.pop() ?? 0;
      for (;;) {
        const one = this.code[next];
        if (one === undefined) {
          if (end === undefined || at === end) return at;
          break;
        }
        if ('take' in one) {
          steps += 1;
          if (at >= text.length || !one.take(text[at] ?? '')) break;
          at += 1;
          next += 1;
        } else if ('ways' in one) {
          ways.push(one.ways[1], at);
          next = one.ways[0];
        } else if ('go' in one) next = one.go;
        else if (one.holds(text, at)) next += 1;
        else break;
      }
    }
    return -1;
  }

  private get sign(): string {
    return this.source[this.at] ?? '';
  }

  private alternatives(): void {
    const start = this.code.length;
    const ends: number[] = [];
    this.sequence();
    while (this.sign === '|') {
      this.at += 1;
      ends.push(this.code.length);
      this.code.push({ go: 0 });
      // What was read is one way, what follows the other.
      this.insert(start, { ways: [start + 1, this.code.length + 1] });
      const last = ends.length - 1;
      ends.forEach((at, i) => {
        ends[i] = i === last || at >= start ? at + 1 : at;
      });
      this.sequence();
    }
    for (const at of ends) this.code[at] = { go: this.code.length };
  }

  private sequence(): void {
    while (this.at < this.source.length && this.sign !== '|' && this.sign !== ')') this.quantified();
  }

  private quantified(): void {
    const [from, start] = [this.at, this.code.length];
    this.part();
    const [, braces] = /^\{(\d+(?:,\d*)?)\}/.exec(this.source.slice(this.at, this.at + 12)) ?? [];
    let [least, most] = [1, 1];
    if (braces !== undefined) {
      const [few = '1', many] = braces.split(',');
      least = Number(few);
      most = many === undefined ? least : many === '' ? Number.POSITIVE_INFINITY : Number(many);
      this.at += braces.length + 2;
    } else if (this.sign !== '' && '*+?'.includes(this.sign)) {
      least = this.sign === '+' ? 1 : 0;
      most = this.sign === '?' ? 1 : Number.POSITIVE_INFINITY;
      this.at += 1;
    } else return;
    const lazy = this.sign === '?';
    if (lazy) this.at += 1;
    const [after, end] = [this.at, this.source.length];
    this.code.length = start;
    const again = (): void => {
      this.at = from;
      this.part();
    };
    for (let i = 0; i < least; i += 1) again();
    const way = (here: number, on: number, out: number): void => {
      this.code[here] = { ways: lazy ? [out, on] : [on, out] };
    };
    if (most === Number.POSITIVE_INFINITY) {
      const loop = this.code.push({ go: 0 }) - 1;
      again();
      this.code.push({ go: loop });
      way(loop, loop + 1, this.code.length);
    } else {
      const optional: number[] = [];
      for (let i = least; i < most; i += 1) {
        optional.push(this.code.push({ go: 0 }) - 1);
        again();
      }
      for (const here of optional) way(here, here + 1, this.code.length);
    }
    this.at = Math.min(after, end);
  }

  private insert(at: number, one: Instruction): void {
    for (let i = at; i < this.code.length; i += 1) {
      const moved = this.code[i];
      if (moved && 'go' in moved) this.code[i] = { go: moved.go + 1 };
      if (moved && 'ways' in moved) this.code[i] = { ways: [moved.ways[0] + 1, moved.ways[1] + 1] };
    }
    this.code.splice(at, 0, one);
  }

  /** A character, a group, or what takes no character. */
  private part(): void {
    const { sign } = this;
    const escaped = sign === '\\' ? (this.source[this.at + 1] ?? '') : '';
    if (sign === '(') this.group();
    else if (sign === '^' || sign === '$' || escaped === 'b' || escaped === 'B') {
      this.at += escaped === '' ? 1 : 2;
      this.code.push({ holds: placeTest(sign + escaped, this.flags.includes('m')) });
    } else {
      const rest = this.source.slice(this.at);
      const [text = ''] =
        /^(?:\[(?:\\.|[^\]\\])*\]|\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\p\{[^}]*\}|\\.|.)/s.exec(
          rest,
        ) ?? [];
      this.at += text.length;
      this.code.push({ take: signTest(text, this.flags) });
    }
  }

  private group(): void {
    const [opening = '('] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.source.slice(this.at)) ?? [];
    this.at += opening.length;
    const looks = /^\(\?(<?)([=!])$/.exec(opening);
    if (!looks) {
      this.alternatives();
      this.at += 1;
      return;
    }
    let [depth, end] = [1, this.at];
    for (let within = false; depth > 0; end += 1) {
      const c = this.source[end];
      if (c === '\\') end += 1;
      else if (c === '[') within = true;
      else if (c === ']') within = false;
      else if (!within && c === '(') depth += 1;
      else if (!within && c === ')') depth -= 1;
    }
    const inner = new Program(this.source.slice(this.at, end - 1), this.flags);
    this.at = end;
    const wanted = looks[2] === '=';
    this.code.push({
      holds: looks[1]
        ? (text, at) => {
            for (let from = at; from >= Math.max(0, at - 10); from -= 1)
              if (inner.match(text, from, at) >= 0) return wanted;
            return !wanted;
          }
        : (text, at) => inner.match(text, at) >= 0 === wanted,
    });
  }
}

const placeTest = (sign: string, lines: boolean): ((text: string, at: number) => boolean) => {
  const isWord = (sign: string | undefined): boolean => sign !== undefined && EXEC.call(/\w/, sign) !== null;
  if (sign === '^') return (text, at) => at === 0 || (lines && text[at - 1] === '\n');
  if (sign === '$') return (text, at) => at === text.length || (lines && text[at] === '\n');
  const wanted = sign === '\\b';
  return (text, at) => (isWord(text[at]) !== isWord(text[at - 1])) === wanted;
};

const signTest = (text: string, flags: string): ((sign: string) => boolean) => {
  const test = new RegExp(`^(?:${text})$`, flags.replace(/[gym]/g, ''));
  const known = new Map<string, boolean>();
  return (sign) => {
    const found = known.get(sign);
    if (found !== undefined) return found;
    const matches = EXEC.call(test, sign) !== null;
    known.set(sign, matches);
    return matches;
  };
};

const EXEC = RegExp.prototype.exec;
const programs = new Map<string, Program>();

/** Where the first match ends, or -1. */
export const endOf = (regex: RegExp, text: string, start = 0): number => {
  const key = `${regex.flags}/${regex.source}`;
  const program = programs.get(key) ?? new Program(regex.source, regex.flags);
  programs.set(key, program);
  // What begins with ^ is tried once.
  const once = regex.sticky || (regex.source.startsWith('^') && !regex.multiline && !regex.source.includes('|'));
  for (let at = start; at <= (once ? start : text.length); at += 1) {
    steps += 1;
    const end = program.match(text, at);
    if (end >= 0) return end;
  }
  return -1;
};

/** How many steps something takes. */
export const stepsOf = (work: () => void): number => {
  const { indexOf, lastIndexOf, includes, split } = String.prototype;
  steps = 0;
  let counting = false;
  RegExp.prototype.exec = function exec(this: RegExp, text: string) {
    if (!counting) {
      counting = true;
      RegExp.prototype.exec = EXEC;
      try {
        endOf(this, text, this.global || this.sticky ? this.lastIndex : 0);
      } finally {
        RegExp.prototype.exec = exec;
        counting = false;
      }
    }
    return EXEC.call(this, text);
  };
  String.prototype.indexOf = function counted(this: string, wanted: string, from = 0) {
    const found = indexOf.call(this, wanted, from);
    steps += (found < 0 ? this.length : found) - Math.min(from, this.length);
    return found;
  };
  String.prototype.lastIndexOf = function counted(this: string, ...given: [string, number?]) {
    const found = lastIndexOf.apply(this, given);
    steps += Math.min(this.length, given[1] ?? this.length) - Math.max(0, found);
    return found;
  };
  String.prototype.includes = function counted(this: string, ...given: [string, number?]) {
    steps += this.length;
    return includes.apply(this, given);
  };
  String.prototype.split = function counted(this: string, ...given: [never, number?]) {
    steps += this.length;
    return split.apply(this, given);
  } as typeof split;
  try {
    work();
  } finally {
    RegExp.prototype.exec = EXEC;
    Object.assign(String.prototype, { indexOf, lastIndexOf, includes, split });
  }
  return steps;
};
