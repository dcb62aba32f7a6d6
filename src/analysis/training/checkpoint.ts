// Activation checkpointing: which layers are computed again together on the way back, by names. No bytes.

import type { Graph, Node } from '../../core/graph.js';

/** Whether a name, of a layer or of what stands around layers, is meant. */
export type Meant = (name: string) => boolean;

/** The shortest part of a layer's name that is meant: `layer1.0` of `layer1.0.conv1`. */
export const stretchesBy =
  (isMeant: Meant): ((node: Node) => string | undefined) =>
  ({ name }) => {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const part = name.slice(0, dot);
      if (isMeant(part)) return part;
    }
    return isMeant(name) ? name : undefined;
  };

/** Every block of the spec; null where it has none. */
export const everyBlock = ({ blocks }: Graph): Meant | null => (blocks.size === 0 ? null : (name) => blocks.has(name));
