// What a page is made of. A page says what there is to read, a format how it looks; neither computes.

/** A cell's text; `dim` follows it in a quieter tone, `bar` is a share from 0 to 1 drawn as a bar. */
export interface Cell {
  readonly text: string;
  readonly dim?: string;
  readonly bar?: number;
  /** Something is unknown or wrong here. */
  readonly alarm?: true;
}

export interface Heading {
  readonly key: string;
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Columns with higher numbers are dropped first where there is no room; 0 stays. */
  readonly drop: number;
}

export interface Table {
  readonly type: 'table';
  readonly columns: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  readonly foot?: readonly Cell[];
}

export type Block =
  | { readonly type: 'heading'; readonly text: string; readonly dim?: string }
  | { readonly type: 'text'; readonly text: string; readonly tone?: 'dim' | 'warning' | 'error' }
  | { readonly type: 'facts'; readonly entries: readonly { readonly label: string; readonly text: string; readonly dim?: string }[] }
  | Table;

export type Page = readonly Block[];
