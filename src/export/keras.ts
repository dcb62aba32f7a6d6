// A network as keras.

import { Refusing, Unsaid } from './model.js';
import type { Exporter } from './target.js';

export const keras: Exporter = (model) => {
  const refusing = new Refusing();
  for (const step of model.steps) refusing.note(step.node, new Unsaid('it is not written yet'));
  refusing.end();
  return { content: '' };
};
