// What may be chosen of a training: the optimizer, and the version of PyTorch whose rules hold. No rules here: the command line reads this.

/** What optimizers remember: numbers for every number that training changes. The number itself and its gradient are not among them. */
export const REMEMBERED = { sgd: 0, momentum: 1, adam: 2, adamw: 2 } as const;

export type Optimizer = keyof typeof REMEMBERED;

export const OPTIMIZERS = Object.keys(REMEMBERED) as readonly Optimizer[];

export const TORCHES = ['1.13', '2.2'] as const;
export type Torch = (typeof TORCHES)[number];
