// The sheets in a folder, as students handed them in: files, or a folder for each student. Which files, and whose; none is read.

import { hasSheetName, type Sheet } from '../homework/answers.js';
import type { Handed } from '../homework/class.js';
import { type Io, reason } from '../io.js';
import { UsageError } from './output.js';
import { withoutFolders } from './text.js';

/** A sheet to be read; in a folder of its own that folder says whose it is, whatever the sheet says. */
export interface HandedIn extends Handed {
  readonly isSure: boolean;
  /** Why there is nothing to read. */
  readonly error?: string;
}

export interface Folder {
  readonly sheets: readonly HandedIn[];
  /** Names of what is no sheet. */
  readonly passed: readonly string[];
}

/** Nobody teaches more. */
const MOST_SHEETS = 10_000;

/** A path without what changes nothing, to compare two. */
const bare = (path: string): string =>
  path
    .replaceAll('\\', '/')
    .replace(/\/(?:\.?\/)+/g, '/')
    .replace(/^(?:\.\/)+/, '');

/** Without its ending. */
const stem = (file: string): string => file.replace(/(?<=.)\.[^.]*$/s, '');

/** A name as it is compared and shown: a file system may take its letters apart. */
const written = (name: string): string => name.normalize('NFC').trim();

/** The student of a sheet that was named on the command line. */
export const handedAt = (path: string): HandedIn => ({
  name: path === '-' ? '<stdin>' : written(stem(withoutFolders(path))),
  source: path,
  place: path,
  isSure: false,
});

/** Whose a sheet is: as it says, unless its folder does. */
export const nameOf = ({ name, isSure }: HandedIn, { student = '' }: Pick<Sheet, 'student'>): string =>
  (!isSure && written(student)) || name;

/**
 * The sheets in a folder and in the folders in it, by the numbers in their names; `apart` are files that are no sheets: the spec and the
 * rules. Links are passed over: a student's would lead to whatever lies elsewhere. Throws a UsageError where there are none.
 */
export const sheetsIn = (folder: string, apart: readonly string[], io: Io): Folder => {
  const found = io.stat(folder);
  if (!found) throw new UsageError(`there is no folder "${folder}"`, FOLDER_HELP);
  if (!found.isDirectory)
    throw new UsageError(`${folder} is a file, no folder`, `grade it by itself: cnncalc check SPEC ${folder}`);
  const known = new Set(apart.map(bare));
  const root = folder.replace(/(?<=.)[/\\]+$/, '');
  const sheets: HandedIn[] = [];
  const passed: string[] = [];
  const take = (sheet: HandedIn): void => {
    sheets.push(sheet);
    if (sheets.length > MOST_SHEETS)
      throw new UsageError(`${folder} has more than ${MOST_SHEETS} sheets`, 'put them in several folders');
  };
  const isSheet = (path: string): boolean => {
    const is = !known.has(bare(path)) && isSheetFile(path, io);
    if (!is) passed.push(path);
    return is;
  };
  const takeOwn = (path: string, name: string): void => {
    const student = { name: ownerOf(name), source: path, place: name, isSure: true };
    try {
      const inside = listed(path, io);
      const files = inside.filter((file) => isSheet(`${path}/${file}`));
      for (const file of files) take({ ...student, source: `${path}/${file}`, place: `${name}/${file}` });
      if (files.length === 0 && OF_PLATFORM.test(name)) take({ ...student, error: 'there is no sheet in the folder' });
      else if (inside.length === 0) passed.push(path);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      take({ ...student, error: `the folder cannot be read: ${reason(error)}` });
    }
  };
  for (const name of filesIn(root, io)) {
    const path = root === '/' ? `/${name}` : `${root}/${name}`;
    if (isHidden(name) || io.isLink(path)) passed.push(path);
    else if (io.stat(path)?.isDirectory) takeOwn(path, name);
    else if (isSheet(path)) take({ ...handedAt(path), place: name });
  }
  if (sheets.length === 0) throw new UsageError(`there are no sheets in ${folder}`, FOLDER_HELP);
  return { sheets, passed };
};

const FOLDER_HELP =
  'give the folder with the sheets: files that end in .yaml, .csv, .md or .txt, or a folder for each student with such a file in it';

/** What systems and spreadsheets leave behind. */
const isHidden = (name: string): boolean => /^(?:\.|~|__MACOSX$)/.test(name);

/** Pipes and devices have no end. */
const isSheetFile = (path: string, io: Io): boolean => {
  const name = withoutFolders(path);
  return !isHidden(name) && hasSheetName(name) && !io.isLink(path) && isNoDevice(path, io);
};

/** What cannot be asked is read, which says why it cannot be. */
const isNoDevice = (path: string, io: Io): boolean => {
  const found = io.stat(path);
  return !found?.isDirectory && found?.isFile !== false;
};

/** Moodle's `Ada Lovelace_12345_assignsubmission_file_`. */
const OF_PLATFORM = /^.+?_\d+_/s;

const ownerOf = (folder: string): string => written(folder.replace(/(?<=.)_.*$/s, ''));

/** `ada2` before `ada10`. */
const listed = (folder: string, io: Io): readonly string[] => {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...io.list(folder)].sort((a, b) => compare(stem(a), stem(b)) || (a < b ? -1 : 1));
};

const filesIn = (folder: string, io: Io): readonly string[] => {
  try {
    return listed(folder, io);
  } catch (error) {
    throw new UsageError(`${folder} cannot be read: ${reason(error)}`, 'check its permissions');
  }
};
