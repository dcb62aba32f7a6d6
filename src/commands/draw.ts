// --svg FILE: a drawing beside what is printed. As the result itself it is the form `scene`, which print.ts writes.

import type { Io } from '../io.js';
import type { Scene } from '../report/drawing/scene.js';
import { sceneSvg } from '../report/formats/scene-svg.js';
import { writeFile } from './output.js';

/** Throws a UsageError where it cannot be written. */
export const drawTo = (file: string, scene: Scene, io: Io): void => writeFile(file, sceneSvg(scene), io);
