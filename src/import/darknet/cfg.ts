// Darknet's .cfg files as sections and their settings, each with its place. What a section means is sections.ts.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';

interface Setting {
  readonly value: string;
  readonly place: Place;
}

export interface Section {
  /** As it is written between the brackets. */
  readonly type: string;
  readonly place: Place;
  readonly settings: ReadonlyMap<string, Setting>;
}

/** A file with more sections is none of a network. */
const MOST_SECTIONS = 200_000;

/** The sections in the order of the file. One name may stand there any number of times; of one key twice the first holds, as in Darknet. */
export const readCfg = (text: string, findings: Findings): readonly Section[] => {
  const sections: (Section & { readonly settings: Map<string, Setting> })[] = [];
  let line = 0;
  for (const written of linesOf(text)) {
    line += 1;
    const bare = written.trim();
    if (bare === '' || bare.startsWith('#') || bare.startsWith(';')) continue;
    const place = { line, column: written.indexOf(bare) + 1, length: bare.length };
    if (bare.startsWith('[')) {
      const type = /^\[([^\]]*)\]/.exec(bare)?.[1]?.replace(/\s+/g, '');
      if (type === undefined)
        findings.error('import/file', 'this section has no ]', place, 'write it as [convolutional]');
      if (sections.length >= MOST_SECTIONS)
        findings.stop('limit/layers', `the file has more than ${MOST_SECTIONS} sections`, place);
      sections.push({ type: type ?? '', place, settings: new Map() });
      continue;
    }
    const equals = bare.indexOf('=');
    const section = sections.at(-1);
    if (equals < 1 || !section) {
      const why = section
        ? 'this line is no key=value, and Darknet leaves it out'
        : 'this line stands before the first section';
      findings.warning('import/file', why, place, 'begin a comment with #');
      continue;
    }
    const key = bare.slice(0, equals).replace(/\s+/g, '');
    // Darknet takes every space out of a line.
    const value = bare.slice(equals + 1).replace(/\s+/g, '');
    if (!section.settings.has(key)) section.settings.set(key, { value, place });
  }
  return sections;
};

function* linesOf(text: string): Iterable<string> {
  let start = text.startsWith('\ufeff') ? 1 : 0;
  while (start <= text.length) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
    if (end < 0) return;
    start = end + 1;
  }
}

/** Darknet's numbers have 32 bits. */
const LARGEST = 2 ** 31 - 1;

/** What a section says, read as numbers and words. A value that is none is told, and the section is broken from then on. */
export class Settings {
  /** Something of it could not be read: what it makes is unknown. */
  broken = false;

  constructor(
    readonly section: Section,
    private readonly findings: Findings,
  ) {}

  get at(): Place {
    return this.section.place;
  }

  has(key: string): boolean {
    return this.section.settings.has(key);
  }

  word(key: string, fallback: string): string {
    return this.section.settings.get(key)?.value.replace(/[#;].*$/, '') ?? fallback;
  }

  whole(key: string, fallback: number): number {
    const setting = this.section.settings.get(key);
    return setting ? this.wholeOf(setting.value, key, setting.place) : fallback;
  }

  /** A whole number of at least `least`. */
  count(key: string, fallback: number, least = 1): number {
    const value = this.whole(key, fallback);
    if (value >= least) return value;
    return this.fail(`${key}=${value} is less than ${least}`, this.section.settings.get(key)?.place, least);
  }

  flag(key: string): boolean {
    return this.whole(key, 0) !== 0;
  }

  real(key: string, fallback: number): number {
    const setting = this.section.settings.get(key);
    if (!setting) return fallback;
    const value = Number(setting.value.replace(/[#;].*$/, '').replace(/f$/, ''));
    if (setting.value !== '' && Number.isFinite(value)) return value;
    return this.fail(`${key}=${setting.value} is no number`, setting.place, fallback);
  }

  /** `-1, 61`; nothing where the key is not there. */
  wholes(key: string): readonly number[] {
    const setting = this.section.settings.get(key);
    if (!setting) return [];
    const parts = setting.value.replace(/[#;].*$/, '').split(',');
    // Darknet's own files end a list with a comma now and then.
    if (parts.length > 1 && parts.at(-1) === '') parts.pop();
    return parts.map((part) => this.wholeOf(part, key, setting.place));
  }

  /** Tells what is wrong with the section; what it makes is unknown then. */
  fail<T>(message: string, at: Place | undefined, instead: T): T {
    this.broken = true;
    this.findings.error('import/file', message, at ?? this.at);
    return instead;
  }

  private wholeOf(text: string, key: string, place: Place): number {
    // A comment behind a number does not disturb Darknet; neither do fractions, which it cuts off. Of
    // millions of digits the expression would have to remember each.
    const digits = /^[+-]?\d{1,400}(?=$|[#;.])/.exec(text)?.[0];
    const value = Number(digits);
    if (digits !== undefined && Math.abs(value) <= LARGEST) return value;
    return this.fail(`${key}=${text} is no whole number of 32 bits`, place, 1);
  }
}
