// The forms of a result that are drawings of a network, as the command line asks for them. What is drawn is report/drawing/, loaded by
// whoever wants it.

import type { Analysis } from '../analysis/analysis.js';
import { exitCode } from '../core/diagnostic.js';
import type { DrawingOptions } from '../report/drawing/diagram.js';
import type { OptionsOf } from './command.js';
import type { DRAWING, OUTPUT_DRAWN, TABLE } from './options.js';
import type { Result } from './print.js';

type Asked = Pick<OptionsOf<[typeof DRAWING, typeof TABLE, typeof OUTPUT_DRAWN]>, 'shade' | 'direction' | 'style'> &
  Pick<OptionsOf<[typeof TABLE]>, 'depth' | 'rows'>;

export const drawingsOf = (analysis: Analysis, asked: Asked): Required<Pick<Result, 'scene' | 'diagram'>> => {
  const { depth, rows, shade, direction, style = 'graph' } = asked;
  const options: DrawingOptions = {
    apart: rows === 'all',
    ...(depth !== undefined && { depth }),
    ...(shade && { shade }),
    ...(direction && { direction }),
  };
  // Nothing could be read: an empty picture would only hide the errors.
  const isNothing = analysis.rows.length === 0 && exitCode(analysis.diagnostics, false) > 0;
  return {
    scene: async () => {
      if (isNothing) return null;
      const { STYLES } = await import('../report/drawing/styles.js');
      // The styles of tables say nothing of drawings.
      return STYLES[style === 'plain' || style === 'box' ? 'graph' : style](analysis, options);
    },
    diagram: async () =>
      isNothing ? null : (await import('../report/drawing/diagram.js')).diagramOf(analysis, options),
  };
};
