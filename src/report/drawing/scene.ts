// What a drawing is made of: shapes in a plane, in inks that a light and a dark page each have a colour for. No markup, no layout.

/** Down and to the right, in units of a pixel. */
export type Point = readonly [x: number, y: number];

/**
 * What a shape is drawn with. `line` and `text` stand out on the page, `quiet` does not, `paper` is the page itself; `box` is what boxes
 * are filled with; `seen` a field, `next` its neighbour; `alarm` what is wrong; a number from 0 to 1 is a shade, more where there is more of something; `hue`
 * tells kinds of things apart, from 0 to 7.
 */
export type Ink =
  | 'line'
  | 'text'
  | 'quiet'
  | 'paper'
  | 'box'
  | 'seen'
  | 'next'
  | 'alarm'
  | { readonly shade: number }
  | { readonly hue: number };

export interface Paint {
  readonly fill?: Ink;
  readonly stroke?: Ink;
  /** Of the stroke; 1 where it is absent. */
  readonly width?: number;
  readonly dash?: true;
  /** From 0 to 1, of the fill. */
  readonly opacity?: number;
}

export type Mark = {
  /** What whoever points at it, or cannot see it, is told. */
  readonly title?: string;
  /** What it stands for, where somebody may point at it. */
  readonly key?: string;
} & (
  | {
      readonly type: 'rect';
      readonly at: Point;
      readonly size: readonly [width: number, height: number];
      /** Of its corners. */
      readonly radius?: number;
      readonly paint: Paint;
    }
  /** Straight lines from point to point. */
  | {
      readonly type: 'path';
      readonly points: readonly Point[];
      readonly closed?: true;
      /** A head at its end. */
      readonly arrow?: true;
      readonly paint: Paint;
    }
  /** A curve through control points: a cubic Bézier from the first, three more for each piece. */
  | { readonly type: 'curve'; readonly points: readonly Point[]; readonly arrow?: true; readonly paint: Paint }
  /** Many round marks that are alike. */
  | { readonly type: 'dots'; readonly points: readonly Point[]; readonly radius: number; readonly paint: Paint }
  | {
      readonly type: 'text';
      /** The baseline's beginning, middle or end. */
      readonly at: Point;
      readonly anchor?: 'start' | 'middle' | 'end';
      readonly text: string;
      /** 12 where it is absent. */
      readonly size?: number;
      readonly bold?: true;
      readonly ink?: Ink;
      /** Degrees clockwise. */
      readonly turned?: number;
    }
  /** Shapes that belong together. */
  | { readonly type: 'group'; readonly marks: readonly Mark[] }
);

export interface Scene {
  readonly title: string;
  /** What it shows, in a sentence, for whoever cannot see it. */
  readonly description?: string;
  readonly size: readonly [width: number, height: number];
  /** What is drawn later lies above. */
  readonly marks: readonly Mark[];
}
